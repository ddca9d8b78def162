"""The shapes that a service reads are parts of those that another one sends."""

from typing import Any

import pytest

from gateway_frontend import shapes as gateway
from messages_service.conversations import shapes as of_conversations
from messages_service.drafts import shapes as of_drafts
from messages_service.shapes import conversations, events, messages, notices, people
from realtime_service import shapes as realtime
from servicekit.identity import feed
from users_service import shapes as users

READ_AND_SENT: list[tuple[Any, Any]] = [
    (gateway.Author, people.Person),
    (gateway.User, users.User),
    (gateway.RefreshedSession, users.RefreshedSession),
    (gateway.CreatedSession, users.CreatedSession),
    (gateway.Ticket, users.Ticket),
    (gateway.Session, users.Session),
    (gateway.Token, users.Token),
    (gateway.CreatedToken, users.CreatedToken),
    (gateway.Invite, users.Invite),
    (gateway.CreatedInvite, users.CreatedInvite),
    (gateway.Registration, users.SignupRule),
    (gateway.Attachment, messages.Attachment),
    (gateway.PollChoice, messages.PollChoice),
    (gateway.Poll, messages.Poll),
    (gateway.Reaction, messages.Reaction),
    (gateway.Message, messages.Message),
    (gateway.Member, conversations.Member),
    (gateway.ConversationCore, conversations.ConversationCore),
    (gateway.Conversation, conversations.Conversation),
    (gateway.Draft, of_drafts.Draft),
    (gateway.ScheduledMessage, notices.ScheduledMessage),
    (gateway.NotificationSettings, notices.NotificationSettings),
    (gateway.Event, events.Event),
    (gateway.EventPage, of_conversations.EventPage),
    (people.PublishedProfile, users.Profile),
    (feed.Entry, users.FeedEntry),
    (feed.RevokedSession, users.RevokedSession),
    (feed.RevokedUser, users.RevokedUser),
    (realtime.Profile, users.Profile),
    (realtime.Cursor, of_conversations.Cursor),
    (realtime.FoundRoom, of_conversations.FoundRoom),
    (realtime.Recipient, people.Person),
    (realtime.StoredMessage, messages.Message),
]


@pytest.mark.parametrize(("read", "sent"), READ_AND_SENT)
def test_the_fields_that_one_service_reads_are_sent_by_the_other(read: Any, sent: Any) -> None:
    assert read.__annotations__.keys() <= sent.__annotations__.keys()
    assert read.__required_keys__ <= sent.__required_keys__
