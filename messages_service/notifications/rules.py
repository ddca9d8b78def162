"""The rule for notifications: which message notifies which person, and why. It reads nothing."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from messages_service.models import ROOM
from messages_service.shapes.values import Everyone, Kind, Notify, Reason

Way = Literal["page", "push", "email"]
"""An open page, Web Push to a device, the e-mail digest."""

OLDEST: Final = timedelta(hours=1)
"""An older message is no news: it was imported, or nobody could notify of it in time."""
AIMED: Final[frozenset[Reason]] = frozenset({"direct", "mention", "everyone", "here", "reply"})
"""Reasons that concern the person more than any other message of the conversation."""
REASONS_OF: Final[Mapping[Way, frozenset[Reason]]] = {
    "page": AIMED | {"message"},
    "push": AIMED - {"here"} | {"message"},
    "email": frozenset({"direct", "mention", "everyone"}),
}
"""`here` means people with an open page, and nobody gets an e-mail for every message of a room."""


@dataclass(frozen=True, slots=True)
class News:
    """A message that may notify people. `thread_id` is set for a reply."""

    author_id: int
    kind: Kind
    seq: int
    written_at: datetime
    mentioned_ids: Container[int] = ()
    everyone: Everyone | None = None
    thread_id: int | None = None
    is_in_conversation: bool = True
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Do not disturb every day from `start` to `end`, in the person's zone; perhaps overnight."""

    start: time
    end: time
    zone: ZoneInfo

    def include(self, now: datetime) -> bool:
        clock = now.astimezone(self.zone).time()
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person, and what the conversation of a message is to them.

    `read_seq` is the read marker; `thread_read_seqs` are those of the threads that they follow.
    """

    user_id: int
    notify: Notify = "all"
    is_member: bool = True
    is_active: bool = True
    is_bot: bool = False
    read_seq: int = 0
    muted_until: datetime | None = None
    dnd_until: datetime | None = None
    quiet_hours: QuietHours | None = None
    blocked_ids: Container[int] = ()
    thread_read_seqs: Mapping[int, int] = field(default_factory=dict)

    def is_reachable(self, now: datetime) -> bool:
        """False for people who want no notification of this conversation now."""
        is_person = self.is_member and self.is_active and not self.is_bot
        return is_person and self.notify != "nothing" and not _is_to_come(self.muted_until, now)

    def is_quiet(self, now: datetime) -> bool:
        """Whether they want no notification at all now."""
        in_hours = self.quiet_hours is not None and self.quiet_hours.include(now)
        return in_hours or _is_to_come(self.dnd_until, now)


def reason_to_notify(news: News, recipient: Recipient, way: Way, now: datetime) -> Reason | None:
    """Why the message notifies this person on this way now; None if it does not.

    An e-mail is about what a person has missed, so it lists quiet hours, too, after their end.
    """
    if not recipient.is_reachable(now):
        return None
    if way != "email" and (recipient.is_quiet(now) or now - news.written_at > OLDEST):
        return None
    if news.is_deleted or news.author_id == recipient.user_id:
        return None
    if news.author_id in recipient.blocked_ids or has_read(news, recipient):
        return None
    for reason in _reasons(news, recipient):
        if reason in REASONS_OF[way]:
            return reason
    return None


def has_read(news: News, recipient: Recipient) -> bool:
    """Whether the person has seen the message: somebody who is looking at it reads it at once."""
    in_thread = news.thread_id is not None and (
        recipient.thread_read_seqs.get(news.thread_id, 0) >= news.seq
    )
    return in_thread or (news.is_in_conversation and recipient.read_seq >= news.seq)


def _reasons(news: News, recipient: Recipient) -> list[Reason]:
    """All reasons, the most personal one first."""
    reasons: list[Reason] = []
    if recipient.user_id in news.mentioned_ids:
        reasons.append("mention")
    if news.kind != ROOM and news.is_in_conversation and recipient.notify == "all":
        reasons.append("direct")
    if news.everyone is not None and news.is_in_conversation:
        reasons.append("everyone" if news.everyone == "room" else "here")
    if news.thread_id in recipient.thread_read_seqs:
        reasons.append("reply")
    if news.is_in_conversation and recipient.notify == "all":
        reasons.append("message")
    return reasons


def _is_to_come(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment > now
