"""The shapes that a service reads are parts of those that another one sends."""

from pkgutil import resolve_name

import pytest

READ_AND_SENT: list[tuple[str, str]] = [
    ("gateway_frontend.shapes.people.Author", "messages_service.shapes.people.Person"),
    ("gateway_frontend.shapes.people.User", "users_service.shapes.people.User"),
    (
        "gateway_frontend.shapes.sign_in.RefreshedSession",
        "users_service.shapes.sessions.RefreshedSession",
    ),
    (
        "gateway_frontend.shapes.sign_in.CreatedSession",
        "users_service.shapes.sessions.CreatedSession",
    ),
    ("gateway_frontend.shapes.sign_in.Ticket", "users_service.shapes.sessions.Ticket"),
    ("gateway_frontend.shapes.sign_in.Session", "users_service.shapes.sessions.Session"),
    ("gateway_frontend.shapes.sign_in.Token", "users_service.shapes.sessions.Token"),
    ("gateway_frontend.shapes.sign_in.CreatedToken", "users_service.shapes.sessions.CreatedToken"),
    ("gateway_frontend.shapes.administration.Invite", "users_service.shapes.invites.Invite"),
    (
        "gateway_frontend.shapes.administration.CreatedInvite",
        "users_service.shapes.invites.CreatedInvite",
    ),
    ("gateway_frontend.shapes.sign_in.Registration", "users_service.shapes.place.SignupRule"),
    ("gateway_frontend.shapes.messages.Attachment", "messages_service.shapes.messages.Attachment"),
    ("gateway_frontend.shapes.messages.PollChoice", "messages_service.shapes.messages.PollChoice"),
    ("gateway_frontend.shapes.messages.Poll", "messages_service.shapes.messages.Poll"),
    ("gateway_frontend.shapes.messages.Reaction", "messages_service.shapes.messages.Reaction"),
    ("gateway_frontend.shapes.messages.Message", "messages_service.shapes.messages.Message"),
    (
        "gateway_frontend.shapes.conversations.Member",
        "messages_service.shapes.conversations.Member",
    ),
    (
        "gateway_frontend.shapes.conversations.ConversationCore",
        "messages_service.shapes.conversations.ConversationCore",
    ),
    (
        "gateway_frontend.shapes.conversations.Conversation",
        "messages_service.shapes.conversations.Conversation",
    ),
    ("gateway_frontend.shapes.conversations.Draft", "messages_service.drafts.shapes.Draft"),
    (
        "gateway_frontend.shapes.conversations.ScheduledMessage",
        "messages_service.shapes.notices.ScheduledMessage",
    ),
    (
        "gateway_frontend.shapes.conversations.NotificationSettings",
        "messages_service.shapes.notices.NotificationSettings",
    ),
    ("gateway_frontend.shapes.conversations.Event", "messages_service.shapes.events.Event"),
    (
        "gateway_frontend.shapes.conversations.EventPage",
        "messages_service.conversations.shapes.EventPage",
    ),
    ("messages_service.shapes.people.PublishedProfile", "users_service.shapes.feed.Profile"),
    ("servicekit.identity.feed.Entry", "users_service.shapes.feed.FeedEntry"),
    ("servicekit.identity.feed.RevokedSession", "users_service.shapes.feed.RevokedSession"),
    ("servicekit.identity.feed.RevokedUser", "users_service.shapes.feed.RevokedUser"),
    ("realtime_service.shapes.Profile", "users_service.shapes.feed.Profile"),
    ("realtime_service.shapes.Cursor", "messages_service.conversations.shapes.Cursor"),
    ("realtime_service.shapes.FoundRoom", "messages_service.conversations.shapes.FoundRoom"),
    ("realtime_service.shapes.Recipient", "messages_service.shapes.people.Person"),
    ("realtime_service.shapes.StoredMessage", "messages_service.shapes.messages.Message"),
]


@pytest.mark.parametrize(("read", "sent"), READ_AND_SENT)
def test_the_fields_that_one_service_reads_are_sent_by_the_other(read: str, sent: str) -> None:
    part, whole = resolve_name(read), resolve_name(sent)
    assert part.__annotations__.keys() <= whole.__annotations__.keys()
    assert part.__required_keys__ <= whole.__required_keys__
