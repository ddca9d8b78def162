"""`resume`: a client that was away asks for what it missed, in all its conversations at once.

The answer has the form of `POST /api/sync`. It holds only conversations whose events the connection
receives, so nobody reads what they may not, and nothing is lost between the answer and live events.
"""

from typing import Any

import orjson

from realtime_service.fanout import Channels
from realtime_service.features.recent_events import RecentEvents
from realtime_service.sessions import Session
from realtime_service.shapes import ResumeAck
from servicekit.topics import conversation_topic
from servicekit.web.errors import Invalid, Unavailable

MOST_CURSORS = 500
ANSWER_BYTES = 262_144
"""Of events; clients read what does not fit from the log, as they read older events."""
READY_SECONDS = 4.0


class Resuming:
    """Answers from `RecentEvents`."""

    def __init__(self, channels: Channels, recent: RecentEvents) -> None:
        self._channels = channels
        self._recent = recent

    def handle_resume(self, session: Session, data: Any) -> ResumeAck:
        """The ack; may raise Problem."""
        cursors = _cursors_of(data)
        if not session.is_ready.wait(READY_SECONDS):
            raise Unavailable("Your conversations are not known yet; ask the log.")
        self._recent.load(self._behind(session, cursors))
        epoch: str | None = None
        pages: dict[str, orjson.Fragment] = {}
        left = ANSWER_BYTES
        for id, seq in cursors.items():
            channel = self._channels.get(conversation_topic(id))
            if channel is None or channel not in session.connection.channels:
                continue  # also if the person was removed during the call
            if epoch not in (None, channel.epoch):
                raise Unavailable("The log has just been restored; ask again.")
            epoch = channel.epoch
            is_behind = seq != channel.head
            page = self._recent.page_after(id, seq) if is_behind else None
            if page is None or len(page) > left:
                page = orjson.dumps({"events": [], "last_seq": channel.head, "more": is_behind})
            left -= len(page)
            pages[str(id)] = orjson.Fragment(page)
        return {"ok": True, "conversations": pages, "epoch": epoch}

    def _behind(self, session: Session, cursors: dict[int, int]) -> list[int]:
        behind = []
        for id, seq in cursors.items():
            channel = self._channels.get(conversation_topic(id))
            if channel in session.connection.channels and channel.head != seq:
                behind.append(id)
        return behind


def _cursors_of(data: Any) -> dict[int, int]:
    cursors = data.get("cursors") if isinstance(data, dict) else None
    if not isinstance(cursors, dict) or len(cursors) > MOST_CURSORS:
        raise Invalid.field("cursors", f"must be an object of at most {MOST_CURSORS} seqs")
    if not all(id.isdecimal() and type(seq) is int and seq >= 0 for id, seq in cursors.items()):
        raise Invalid.field("cursors", "must map ids of conversations to seqs")
    return {int(id): seq for id, seq in cursors.items()}
