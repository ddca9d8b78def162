"""The rule for notifications, as a table: a message, a person, and the ways that notify them."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from messages_service.notifications.rules import (
    News,
    QuietHours,
    Recipient,
    Way,
    reason_to_notify,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ALICE, BOB = 1, 2
LATER, EARLIER = NOW + timedelta(hours=1), NOW - timedelta(minutes=1)
WAYS: tuple[Way, ...] = ("page", "push", "email")
ROOM = News(author_id=ALICE, kind="room", seq=5, written_at=NOW)
MENTION = replace(ROOM, mentioned_ids={BOB})
DIRECT = replace(ROOM, kind="direct")
REPLY = replace(ROOM, thread_id=70, is_in_conversation=False)
FOLLOWS, READ_THREAD = {"thread_read_seqs": {70: 4}}, {"thread_read_seqs": {70: 5}}
NEW_YORK = ZoneInfo("America/New_York")  # five hours behind UTC in November
MORNING = QuietHours(time(6), time(8), NEW_YORK)
NIGHT = QuietHours(time(22), time(7), NEW_YORK)
OVER_NOON = QuietHours(time(11), time(13), ZoneInfo("UTC"))

TABLE: list[tuple[str, News, dict[str, Any], str]] = [
    ("a direct message", DIRECT, {}, "direct direct direct"),
    ("a message in a group", replace(ROOM, kind="group"), {}, "direct direct direct"),
    ("a message in a room", ROOM, {}, "message message -"),
    ("a mention", MENTION, {}, "mention mention mention"),
    ("a mention of somebody else", replace(ROOM, mentioned_ids={3}), {}, "message message -"),
    ("@room", replace(ROOM, everyone="room"), {}, "everyone everyone everyone"),
    ("@here", replace(ROOM, everyone="here"), {}, "here message -"),
    ("@here and a mention", replace(MENTION, everyone="here"), {}, "mention mention mention"),
    ("a reply in a followed thread", REPLY, FOLLOWS, "reply reply -"),
    ("a reply in another thread", REPLY, {}, "- - -"),
    ("a reply that is shown in the room, too", replace(REPLY, is_in_conversation=True), {},
     "message message -"),
    ("a mention in a thread", replace(REPLY, mentioned_ids={BOB}), FOLLOWS,
     "mention mention mention"),
    ("mentions only: a message", ROOM, {"notify": "mentions"}, "- - -"),
    ("mentions only: a mention", MENTION, {"notify": "mentions"}, "mention mention mention"),
    ("mentions only: @room", replace(ROOM, everyone="room"), {"notify": "mentions"},
     "everyone everyone everyone"),
    ("mentions only: @here", replace(ROOM, everyone="here"), {"notify": "mentions"}, "here - -"),
    ("mentions only: a direct message", DIRECT, {"notify": "mentions"}, "- - -"),
    ("mentions only: a followed thread", REPLY, {"notify": "mentions"} | FOLLOWS, "reply reply -"),
    ("nothing: a mention", MENTION, {"notify": "nothing"}, "- - -"),
    ("nothing: a followed thread", REPLY, {"notify": "nothing"} | FOLLOWS, "- - -"),
    ("muted", MENTION, {"muted_until": LATER}, "- - -"),
    ("muted until a past time", MENTION, {"muted_until": EARLIER}, "mention mention mention"),
    ("do not disturb", DIRECT, {"dnd_until": LATER}, "- - direct"),
    ("do not disturb until a past time", DIRECT, {"dnd_until": EARLIER}, "direct direct direct"),
    ("quiet hours that include now", DIRECT, {"quiet_hours": MORNING}, "- - direct"),
    ("quiet hours over noon", DIRECT, {"quiet_hours": OVER_NOON}, "- - direct"),
    ("quiet hours at another time", DIRECT, {"quiet_hours": NIGHT}, "direct direct direct"),
    ("the person's own message", replace(DIRECT, author_id=BOB), {}, "- - -"),
    ("a message by somebody they blocked", MENTION, {"blocked_ids": {ALICE}}, "- - -"),
    ("a person who is looking at it", DIRECT, {"read_seq": 5}, "- - -"),
    ("a person who has read up to the one before", DIRECT, {"read_seq": 4},
     "direct direct direct"),
    ("a reply that was read in its thread", REPLY, READ_THREAD, "- - -"),
    ("a room that was read beyond an unread reply", REPLY, {"read_seq": 9} | FOLLOWS,
     "reply reply -"),
    ("a removed member", MENTION, {"is_member": False}, "- - -"),
    ("a deactivated account", DIRECT, {"is_active": False}, "- - -"),
    ("a bot", DIRECT, {"is_bot": True}, "- - -"),
    ("a deleted message", replace(MENTION, is_deleted=True), {}, "- - -"),
    ("an old message", replace(DIRECT, written_at=NOW - timedelta(hours=2)), {}, "- - direct"),
]  # fmt: skip


@pytest.mark.parametrize(("news", "person", "reasons"), [line[1:] for line in TABLE],
                         ids=[line[0] for line in TABLE])  # fmt: skip
def test_the_rule_gives_each_person_a_reason_or_no_notification(
    news: News, person: dict[str, Any], reasons: str
) -> None:
    found = [reason_to_notify(news, Recipient(BOB, **person), way, NOW) or "-" for way in WAYS]
    assert found == reasons.split()


@pytest.mark.parametrize(
    ("hour", "is_quiet"), [(2, False), (3, True), (11, True), (12, False), (23, False)]
)
def test_quiet_hours_may_last_until_the_next_morning(hour: int, is_quiet: bool) -> None:
    person = Recipient(BOB, quiet_hours=NIGHT)
    assert person.is_quiet(NOW.replace(hour=hour)) == is_quiet
