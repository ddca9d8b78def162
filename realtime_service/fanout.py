"""Channel → live sockets: an event is encoded once and written to each with a single call."""

from collections.abc import Callable, Iterator

from realtime_service import metrics
from realtime_service.transport.connection import Connection
from realtime_service.transport.frames import Outgoing
from realtime_service.transport.outbound import Write

TURN_BYTES = 65_536
"""Maximum size of one write to a socket; more would only wait in the system's buffer."""


class Channel:
    """The local sockets that receive the events of one topic."""

    def __init__(self, name: str, forget: Callable[["Channel"], None]) -> None:
        self.name = name
        self.seq = 0
        """The last seq of the log that this channel has delivered or learnt of."""
        self.promised = 0
        """The last seq that `ready` named to a client, which may ask for the events up to it."""
        self.epoch: str | None = None
        self.is_followed = False
        """Whether a client in it relies on receiving every event after `seq`."""
        self._forget = forget
        self._direct: dict[Write, Connection] = {}
        self._others: dict[Connection, None] = {}

    def __len__(self) -> int:
        return len(self._direct) + len(self._others)

    def __iter__(self) -> Iterator[Connection]:
        yield from tuple(self._direct.values())
        yield from tuple(self._others)

    @property
    def head(self) -> int:
        """The last seq of the log, as far as it is known here."""
        return max(self.seq, self.promised)

    def begin(self, epoch: str | None, seq: int) -> None:
        """Follow the log from `seq`; promises of another epoch are void."""
        if epoch != self.epoch:
            self.promised = 0
        self.seq, self.epoch = seq, epoch

    def add(self, connection: Connection) -> None:
        connection.channels.add(self)
        self.place(connection)

    def place(self, connection: Connection) -> None:
        """List `connection` under those that can be written to at once, or those with a queue."""
        if connection.write is not None and connection.is_direct:
            self._others.pop(connection, None)
            self._direct[connection.write] = connection
        else:
            if connection.write is not None:
                self._direct.pop(connection.write, None)
            self._others[connection] = None

    def remove(self, connection: Connection) -> None:
        connection.channels.discard(self)
        self._others.pop(connection, None)
        if connection.write is not None:
            self._direct.pop(connection.write, None)
        if not self._direct and not self._others:
            self._forget(self)

    def send(self, events: list[Outgoing]) -> int:
        """Send `events` to every socket here; the number of sockets."""
        waiting = tuple(self._others)
        late: list[Connection] = []
        for data in _in_turns(events):
            for connection in late:
                connection.put(data)
            late += self._write_all(data)
        for connection in waiting:
            for event in events:
                connection.send_event(event)
        return len(self)

    def _write_all(self, data: bytes) -> list[Connection]:
        """The hot loop: per socket one call of a bound `send`, and nothing else if it accepts all.

        Returns the connections that did not; the rest of the data is queued for them, in order.
        """
        size = len(data)
        short: list[tuple[Connection, int]] = []
        broken: list[Connection] = []
        for write, connection in self._direct.items():
            try:
                sent = write(data)
                if sent != size:
                    short.append((connection, sent))
            except BlockingIOError:
                short.append((connection, 0))
            except OSError:
                broken.append(connection)
        for connection, sent in short:
            connection.enqueue_rest(memoryview(data)[sent:])
        for connection in broken:
            connection.abort()
        return [connection for connection, _ in short]


class Channels:
    """All channels of this process. `opened` and `closed` are called when the first connection
    joins a channel and when the last one leaves.
    """

    def __init__(self, opened: Callable[[str], None], closed: Callable[[str], None]) -> None:
        self._channels: dict[str, Channel] = {}
        self._opened = opened
        self._closed = closed
        metrics.ROOMS.set_function(lambda: len(self._channels))

    def __iter__(self) -> Iterator[Channel]:
        return iter(tuple(self._channels.values()))

    def get(self, name: str) -> Channel | None:
        return self._channels.get(name)

    def join(self, name: str, connection: Connection) -> Channel | None:
        """Send `connection` the events of `name` from now on; None if it is already closed."""
        if not connection.is_open:
            return None
        channel = self._channels.get(name)
        if channel is None:
            channel = self._channels[name] = Channel(name, self._forget)
            self._opened(name)
        channel.add(connection)
        return channel

    def leave(self, name: str, connection: Connection) -> None:
        channel = self._channels.get(name)
        if channel is not None:
            channel.remove(connection)

    def _forget(self, channel: Channel) -> None:
        if self._channels.get(channel.name) is channel:
            del self._channels[channel.name]
            self._closed(channel.name)


def _in_turns(events: list[Outgoing]) -> Iterator[bytes]:
    """The frames of `events`, joined up to about TURN_BYTES."""
    part: list[bytes] = []
    size = 0
    for event in events:
        if part and size + len(event.frame) > TURN_BYTES:
            yield b"".join(part)
            part, size = [], 0
        part.append(event.frame)
        size += len(event.frame)
    if part:
        yield b"".join(part)
