"""Sessions: the signed-in connections of this process. A person may have many, one for each tab."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from realtime_service import metrics
from realtime_service.transport.connection import Connection
from servicekit.identity.verify import Identity
from servicekit.topics import conversation_id_of

ONLINE, AWAY, DND, OFFLINE = "online", "away", "dnd", "offline"
BY_WEIGHT = (DND, ONLINE, AWAY)
"""Of several sessions of a person, the first of these counts."""


@dataclass(eq=False, slots=True)
class Session:
    """One signed-in connection. `attending` maps the ids of attended conversations to
    their names.
    """

    sid: str
    connection: Connection
    identity: Identity
    status: str = ONLINE
    is_ready: threading.Event = field(default_factory=threading.Event)
    """Set when it is in its rooms."""
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
        """Ids of the conversations whose events this connection receives."""
        return {
            id
            for channel in self.connection.channels
            if (id := conversation_id_of(channel.name)) is not None
        }


class Sessions:
    """All sessions of this process."""

    def __init__(self) -> None:
        self._by_sid: dict[str, Session] = {}
        self._by_user: dict[int, set[Session]] = {}
        self._by_connection: dict[Connection, Session] = {}
        metrics.SOCKETS.set_function(lambda: len(self._by_sid))

    def __iter__(self) -> Iterator[Session]:
        return iter(tuple(self._by_sid.values()))

    def __len__(self) -> int:
        return len(self._by_sid)

    def get(self, sid: str) -> Session | None:
        return self._by_sid.get(sid)

    def of_user(self, user_id: int) -> tuple[Session, ...]:
        return tuple(self._by_user.get(user_id, ()))

    def count_of(self, user_id: int) -> int:
        return len(self._by_user.get(user_id, ()))

    def of_connection(self, connection: Connection) -> Session | None:
        return self._by_connection.get(connection)

    def users(self) -> tuple[int, ...]:
        return tuple(self._by_user)

    def add(self, session: Session) -> None:
        self._by_sid[session.sid] = session
        self._by_user.setdefault(session.user_id, set()).add(session)
        self._by_connection[session.connection] = session
        session.connection.accept()

    def remove(self, sid: str) -> Session | None:
        session = self._by_sid.pop(sid, None)
        if session is not None:
            mine = self._by_user[session.user_id]
            mine.discard(session)
            if not mine:
                del self._by_user[session.user_id]
            if self._by_connection.get(session.connection) is session:
                del self._by_connection[session.connection]
        return session
