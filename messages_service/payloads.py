"""The JSON of messages, members and conversations."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import orjson
from sqlalchemy import Row

from messages_service.models import notify_at_first
from messages_service.people.profiles import Profile
from messages_service.shapes.conversations import ConversationCore, Marks, Member
from messages_service.shapes.messages import Extras, Message, PostedAs, Reaction, Thread
from messages_service.shapes.people import Person
from servicekit.times import isoformat, utcnow

Rows = Sequence[Row[Any]]
People = Mapping[int, Person]
NO_EXTRAS: Extras = {}
SHOWN_PARTICIPANTS = 5


def person(profiles: Mapping[int, Profile], user_id: int, *, with_email: bool = False) -> Person:
    """A person's profile; only the id for an unknown person."""
    profile = profiles.get(user_id)
    if profile is None:
        return {
            "id": user_id,
            "name": "Unknown",
            "nickname": f"unknown-{user_id}",
            "avatar_url": None,
        }
    return profile.shown(with_email=with_email)


def people_of(
    profiles: Mapping[int, Profile], user_ids: Iterable[int], *, with_email: bool = False
) -> People:
    """Each of these people once, for all messages of an answer."""
    return {user_id: person(profiles, user_id, with_email=with_email) for user_id in user_ids}


def message(
    row: Row[Any] | SimpleNamespace,
    people: People,
    reactions: Sequence[Reaction] = (),
    extras: Extras = NO_EXTRAS,
) -> Message:
    """A message; `row` has the columns of `messages`, `extras` what stands beside its text.

    `people` are its author, its recipient and the `shown_participants`.
    """
    recipient_id = row.recipient_id
    shown: Message = {
        "id": row.id,
        "conversation_id": row.conversation_id,
        "seq": row.seq,
        "author_id": row.author_id,
        "recipient_id": recipient_id,
        "author": people[row.author_id],
        "recipient": None if recipient_id is None else people[recipient_id],
        "content": row.content,
        "html": row.html,
        "date": isoformat(row.created_at),
        "client_id": row.client_id,
        "edited_at": moment(row.edited_at),
        "deleted_at": moment(row.deleted_at),
        "reply_to": row.reply_to,
        "thread_id": row.thread_id,
        "also_in_conversation": row.thread_id is not None and row.in_conversation,
        "thread": thread(row, people),
        "reactions": list(reactions),
        "attachments": [],
        "previews": [],
        "poll": None,
        "forwarded_from": None,
        "pinned": False,
        "mentions": {"user_ids": [], "everyone": None},
        **extras,  # type: ignore[typeddict-item]
    }
    if row.posted_as is not None:
        posted_as: PostedAs = orjson.loads(row.posted_as)
        shown["posted_as"] = posted_as
        shown["author"] = {**shown["author"], "name": posted_as["name"]}
        if posted_as["emoji"] is not None:
            shown["author"]["icon_emoji"] = posted_as["emoji"]
    return shown


def thread(row: Row[Any] | SimpleNamespace, people: People) -> Thread | None:
    """The thread of a first message; None without replies."""
    if not row.reply_count:
        return None
    return {
        "reply_count": row.reply_count,
        "last_reply_at": isoformat(row.last_reply_at),
        "participant_ids": orjson.loads(row.participant_ids),
        "participants": [people[user_id] for user_id in shown_participants(row)],
    }


def shown_participants(row: Row[Any] | SimpleNamespace) -> list[int]:
    """The ids of the people of a thread whose profiles are shown with it."""
    if not row.reply_count:
        return []
    participant_ids: list[int] = orjson.loads(row.participant_ids)
    return participant_ids[:SHOWN_PARTICIPANTS]


def reactions_of(rows: Rows) -> dict[int, list[Reaction]]:
    """Reactions by message, each emoji once with the people shown, in the order of `rows`."""
    found: dict[int, dict[str, Reaction]] = {}
    for row in rows:
        by_emoji = found.setdefault(row.message_id, {})
        reaction = by_emoji.setdefault(
            row.emoji, {"emoji": row.emoji, "count": row.total, "user_ids": []}
        )
        reaction["user_ids"].append(row.user_id)
    return {message_id: list(by_emoji.values()) for message_id, by_emoji in found.items()}


def member(row: Row[Any], profiles: Mapping[int, Profile], *, with_email: bool = False) -> Member:
    """A member: the person and their role; `row` has the columns of `memberships`."""
    shown = person(profiles, row.user_id, with_email=with_email)
    return {**shown, "role": row.role, "joined_at": isoformat(row.joined_at)}


def conversation_core(row: Row[Any], name: str | None) -> ConversationCore:
    """The fields of a conversation that are the same for all who see it."""
    return {
        "id": row.id,
        "kind": row.kind,
        "name": name,
        "topic": row.topic,
        "visibility": row.visibility,
        "archived": row.archived_at is not None,
        "created_by": row.created_by,
        "created_at": isoformat(row.created_at),
        "member_count": row.member_count,
        "pin_count": row.pin_count,
    }


def marks(row: Row[Any]) -> Marks:
    """A person's own marks on a conversation; `row` has `MY_COLUMNS`, None without membership."""
    is_muted = row.muted_until is not None and row.muted_until > utcnow()
    return {
        "notify": row.notify or notify_at_first(row.kind),
        "starred": bool(row.starred),
        "muted_until": isoformat(row.muted_until) if is_muted else None,
        "unread_from": row.unread_from_seq,
    }


def moment(value: datetime | None) -> str | None:
    return None if value is None else isoformat(value)
