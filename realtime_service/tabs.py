"""Who is signed in on which connection of this process. A person may have many tabs."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from realtime_service import metrics
from realtime_service.link import Link
from servicekit.identity.verify import Identity

ONLINE, AWAY, OFFLINE = "online", "away", "offline"


@dataclass(eq=False, slots=True)
class Tab:
    """One signed-in connection. `attending` maps the ids of attended conversations to
    their names.
    """

    sid: str
    link: Link
    identity: Identity
    status: str = ONLINE
    attending: dict[int, str] = field(default_factory=dict)
    left: set[int] = field(default_factory=set)
    """Conversations that this connection left, though the person is still a member."""
    waiting: deque[Callable[[], None]] = field(default_factory=deque)
    """Events of this connection that are handled one after another."""

    @property
    def user_id(self) -> int:
        return self.identity.user_id

    @property
    def conversations(self) -> set[int]:
        """Ids of the conversations that this connection hears."""
        return {
            id
            for channel in self.link.channels
            if (id := conversation_id_of(channel.name)) is not None
        }


class Tabs:
    """All tabs of this process."""

    def __init__(self) -> None:
        self._by_sid: dict[str, Tab] = {}
        self._by_user: dict[int, set[Tab]] = {}
        metrics.SOCKETS.set_function(lambda: len(self._by_sid))

    def __iter__(self) -> Iterator[Tab]:
        return iter(tuple(self._by_sid.values()))

    def __len__(self) -> int:
        return len(self._by_sid)

    def get(self, sid: str) -> Tab | None:
        return self._by_sid.get(sid)

    def of_user(self, user_id: int) -> tuple[Tab, ...]:
        return tuple(self._by_user.get(user_id, ()))

    def users(self) -> tuple[int, ...]:
        return tuple(self._by_user)

    def add(self, tab: Tab) -> None:
        self._by_sid[tab.sid] = tab
        self._by_user.setdefault(tab.user_id, set()).add(tab)
        tab.link.owner = tab
        tab.link.accept()

    def remove(self, sid: str) -> Tab | None:
        tab = self._by_sid.pop(sid, None)
        if tab is not None:
            mine = self._by_user[tab.user_id]
            mine.discard(tab)
            if not mine:
                del self._by_user[tab.user_id]
        return tab


def user_topic(user_id: int) -> str:
    return f"user:{user_id}"


def conversation_topic(conversation_id: int) -> str:
    return f"conversation:{conversation_id}"


def conversation_id_of(topic: str) -> int | None:
    """The id in a conversation's topic; None for other topics."""
    kind, _, number = topic.partition(":")
    return int(number) if kind == "conversation" and number.isdecimal() else None
