"""Rules for guests: they see only conversations they were added to, and the people there."""

from sqlalchemy import exists, select

from messages_service import errors
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.models import memberships
from servicekit.language import _


def refuse_guest(caller: Caller) -> None:
    """Raises Forbidden."""
    if caller.is_guest:
        raise errors.not_for_guests(_("Guests may not do this; ask a member."))


def refuse_stranger_to_guest(context: Context, caller: Caller, user_id: int) -> None:
    """Raises Forbidden when a guest begins to write to a person of no shared conversation.

    A direct conversation that the other one began is a shared conversation.
    """
    if caller.is_guest and caller.user_id != user_id:
        assert caller.user_id is not None
        if not shares_conversation(context, caller.user_id, user_id):
            raise errors.not_for_guests(
                _("Guests may write only to people in their conversations.")
            )


def contacts_of(context: Context, user_id: int) -> list[int]:
    """The people in this person's conversations, and the person, by id."""
    mine = select(memberships.c.conversation_id).where(memberships.c.user_id == user_id)
    query = (
        select(memberships.c.user_id)
        .where(memberships.c.conversation_id.in_(mine))
        .distinct()
        .order_by(memberships.c.user_id)
    )
    return sorted({user_id, *context.db.session.scalars(query)})


def shares_conversation(context: Context, one: int, other: int) -> bool:
    """Whether both are in the same room, group or direct conversation."""
    of_one = select(memberships.c.conversation_id).where(memberships.c.user_id == one)
    both = exists().where(memberships.c.user_id == other, memberships.c.conversation_id.in_(of_one))
    return bool(context.db.session.scalar(select(both)))
