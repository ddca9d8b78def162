"""The coded errors of messages_service."""

from servicekit.language import _
from servicekit.web.errors import (
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    TooLarge,
)


def unknown_person(field: str) -> Invalid:
    return Invalid.field(field, _("must be the id of a person"), "unknown-person")


def deactivated_person(field: str) -> Invalid:
    return Invalid.field(field, _("must be the id of an active person"), "deactivated-person")


def no_such_conversation() -> NotFound:
    return NotFound(_("There is no such conversation that you may see."), "no-such-conversation")


def no_such_message() -> NotFound:
    return NotFound(_("There is no such message that you may see."), "no-such-message")


def not_the_author() -> Forbidden:
    return Forbidden(_("You may write as yourself only."), "not-the-author")


def not_your_direct_messages() -> Forbidden:
    return Forbidden(_("Direct messages are shown to their own people alone."), "not-yours")


def not_a_member() -> Forbidden:
    return Forbidden(_("Join this room first."), "not-a-member")


def admins_only() -> Forbidden:
    return Forbidden(_("Only admins may do this."), "admins-only")


def not_for_guests(detail: str) -> Forbidden:
    return Forbidden(detail, "not-for-guests")


def not_your_message() -> Forbidden:
    return Forbidden(_("Only its author may change this message."), "not-your-message")


def no_such_report() -> NotFound:
    return NotFound(_("There is no such report that you may see."), "no-such-report")


def room_has_owner() -> Conflict:
    return Conflict(_("This room has an owner; ask them."), "room-has-owner")


def no_such_preview() -> NotFound:
    return NotFound(_("There is no such preview that you may see."), "no-such-preview")


def no_such_webhook() -> NotFound:
    return NotFound(_("There is no such webhook that you may manage."), "no-such-webhook")


def webhook_off() -> NotFound:
    return NotFound(_("This webhook is unknown or switched off."), "no-such-webhook")


def webhook_deleted() -> Problem:
    return Problem(410, "webhook-deleted", _("This webhook has been deleted."))


def webhook_stopped() -> Forbidden:
    return Forbidden(
        _("The person who answers for this webhook is not in its conversation any more."),
        "webhook-stopped",
    )


def too_many_webhooks(limit: int) -> Conflict:
    return Conflict(
        _(
            "A conversation has at most %(limit)s webhooks of a kind; delete one first.",
            limit=limit,
        ),
        "too-many-webhooks",
    )


def no_such_command(name: str) -> NotFound:
    return NotFound(
        _("There is no command /%(name)s. To send it as text, write //%(name)s.", name=name),
        "no-such-command",
    )


def command_taken(name: str) -> Conflict:
    return Conflict(_("There is a command /%(name)s already.", name=name), "command-taken")


def too_many_commands(limit: int) -> Conflict:
    return Conflict(
        _("There are %(limit)s commands already; delete one first.", limit=limit),
        "too-many-commands",
    )


def command_failed(detail: str) -> Invalid:
    return Invalid([], detail, "command-failed")


def no_such_person() -> NotFound:
    return NotFound(_("There is no such person here."), "no-such-person")


def not_allowed_here() -> Forbidden:
    return Forbidden(_("Your role in this conversation does not allow it."), "role-too-low")


def fixed_conversation() -> Conflict:
    return Conflict(_("A direct conversation cannot be changed."), "fixed-conversation")


def archived_conversation() -> Conflict:
    return Conflict(_("This conversation is archived; nothing can be added."), "archived")


def deleted_message() -> Conflict:
    return Conflict(_("This message has been deleted."), "message-deleted")


def deleted_for_good() -> Conflict:
    return Conflict(_("This message was deleted too long ago to be restored."), "deleted-for-good")


def not_your_deletion() -> Forbidden:
    return Forbidden(_("Only the person who deleted a message can undo that."), "not-your-deletion")


def other_message_with_client_id() -> Conflict:
    return Conflict(
        _("You have already sent another message with this client_id."), "client-id-reused"
    )


def group_full(limit: int) -> Conflict:
    return Conflict(
        _("A group has at most %(limit)s people; make a room.", limit=limit), "group-full"
    )


def last_owner() -> Conflict:
    return Conflict(_("A conversation needs an owner; make somebody else one first."), "last-owner")


def name_taken() -> Conflict:
    return Conflict(
        _("There is a room with this name, or with one that looks the same."),
        "name-taken",
        [{"field": "name", "message": _("is taken, or looks like one that is")}],
    )


def too_many_reactions(detail: str) -> Invalid:
    error: FieldError = {"field": "emoji", "message": _("must be one that is already there")}
    return Invalid([error], detail, "too-many-reactions")


def too_many_pins(limit: int) -> Invalid:
    detail = _(
        "A conversation has at most %(limit)s pinned messages; unpin one first.", limit=limit
    )
    return Invalid([], detail, "too-many-pins")


def no_such_scheduled_message() -> NotFound:
    return NotFound(
        _("You have no such scheduled message; perhaps it was sent."), "no-such-scheduled-message"
    )


def too_many_scheduled_messages(limit: int) -> Invalid:
    error: FieldError = {"field": "content", "message": _("must wait until you delete another one")}
    detail = _("You have %(limit)s scheduled messages already.", limit=limit)
    return Invalid([error], detail, "too-many-scheduled-messages")


def too_many_drafts(limit: int) -> Invalid:
    error: FieldError = {
        "field": "content",
        "message": _("must wait until you delete or send a draft"),
    }
    return Invalid([error], _("You have %(limit)s drafts already.", limit=limit), "too-many-drafts")


def blocked() -> Forbidden:
    return Forbidden(_("This person does not receive messages from you."), "blocked")


def not_blocked() -> NotFound:
    return NotFound(_("You have not blocked this person."), "not-blocked")


def block_of_caller() -> Invalid:
    return Invalid.field("user_id", _("must be the id of another person"), "not-oneself")


def too_many_blocks(limit: int) -> Conflict:
    return Conflict(
        _("You have blocked %(limit)s people; unblock one first.", limit=limit), "too-many-blocks"
    )


def no_such_push_subscription() -> NotFound:
    return NotFound(_("You have no such push subscription."), "no-such-push-subscription")


def no_such_attachment() -> NotFound:
    return NotFound(_("There is no such file that you may see."), "no-such-attachment")


def attachment_sent() -> Conflict:
    return Conflict(
        _("This file belongs to a message. Delete the message instead."), "attachment-sent"
    )


def quota_exceeded(quota_bytes: int) -> TooLarge:
    return TooLarge(
        _(
            "You may store %(limit)s bytes in all; delete messages with files first.",
            limit=quota_bytes,
        ),
        "quota-exceeded",
    )


def no_such_poll() -> NotFound:
    return NotFound(_("There is no such poll that you may see."), "no-such-poll")


def not_your_poll() -> Forbidden:
    return Forbidden(_("Only its author and moderators may close a poll."), "not-your-poll")


def poll_closed() -> Conflict:
    return Conflict(_("This poll is closed."), "poll-closed")


def fixed_poll() -> Conflict:
    return Conflict(_("A poll cannot be changed once people can vote."), "fixed-poll")
