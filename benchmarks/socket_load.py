"""Bare Socket.IO clients that send `text` and count its acknowledgements."""

import asyncio
import json
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from urllib.parse import urlsplit

from benchmarks.http_load import Load
from benchmarks.targets import content

PING, PONG = b"2", b"3"
CONNECTED, ACK = b"40", b"43"
SHORT, MEDIUM, LONG = 125, 126, 127
"""The first byte of a frame's length: the length itself, or two or eight bytes follow."""
TIMEOUT = 120.0


@dataclass(frozen=True)
class Sockets:
    """The sockets that send: their server, one token for each, and the room that they send to."""

    url: str
    tokens: Sequence[str]
    room: int


def socket_loop(sockets: Sockets, in_flight: int, messages: int) -> Load:
    """`messages` of all sockets together, each with `in_flight` unanswered ones at most."""
    return asyncio.run(asyncio.wait_for(_send_all(sockets, in_flight, messages), TIMEOUT))


async def _send_all(sockets: Sockets, in_flight: int, messages: int) -> Load:
    loop = asyncio.get_running_loop()
    numbers = iter(range(messages))
    senders = []
    parts = urlsplit(sockets.url)
    for token in sockets.tokens:
        sender = Sender(parts.netloc, token, sockets.room, numbers)
        await loop.create_connection(partial(_same, sender), str(parts.hostname), parts.port or 80)
        senders.append(sender)
    await asyncio.gather(*(sender.connected for sender in senders))
    started = time.perf_counter()
    for sender in senders:
        sender.start(in_flight)
    await asyncio.gather(*(sender.finished for sender in senders))
    elapsed = time.perf_counter() - started
    for sender in senders:
        sender.close()
    return Load([seconds for sender in senders for seconds in sender.latencies], elapsed)


def _same(sender: "Sender") -> "Sender":
    return sender


class Sender(asyncio.Protocol):
    """One socket; each acknowledgement makes it send the next message."""

    def __init__(self, host: str, token: str, room: int, numbers: Iterator[int]) -> None:
        loop = asyncio.get_running_loop()
        self.connected: asyncio.Future[None] = loop.create_future()
        self.finished: asyncio.Future[None] = loop.create_future()
        self.latencies: list[float] = []
        self._host, self._token, self._room, self._numbers = host, token, room, numbers
        self._buffer = b""
        self._is_upgraded = False
        self._ids = count(1)
        self._sent_at: dict[int, float] = {}

    def start(self, in_flight: int) -> None:
        for _ in range(in_flight):
            self._send_next()

    def close(self) -> None:
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
            f"Host: {self._host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._is_upgraded:
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head:
                raise ConnectionError(head.decode())
            self._is_upgraded, self._buffer = True, rest
            self._write(b"40" + json.dumps({"token": self._token}).encode())
        for packet in self._packets():
            self._handle(packet)

    def connection_lost(self, exc: Exception | None) -> None:
        for future in (self.connected, self.finished):
            if not future.done():
                future.set_exception(ConnectionError("the server closed a socket"))

    def _packets(self) -> Iterator[bytes]:
        """The whole frames of text that have arrived (RFC 6455, section 5.2)."""
        buffer, position = self._buffer, 0
        while len(buffer) >= position + 2:
            length, start = buffer[position + 1], position + 2
            extra = {MEDIUM: 2, LONG: 8}.get(length, 0)
            if extra:
                length = int.from_bytes(buffer[start : start + extra])
                start += extra
            if len(buffer) < start + length:
                break
            yield buffer[start : start + length]
            position = start + length
        self._buffer = buffer[position:]

    def _handle(self, packet: bytes) -> None:
        if packet.startswith(ACK):
            number, _, answer = packet[2:].partition(b"[")
            if b'"ok":true' not in answer[:40]:
                raise RuntimeError(f"a message was refused: {answer!r}")
            self.latencies.append(time.perf_counter() - self._sent_at.pop(int(number)))
            self._send_next()
        elif packet == PING:
            self._write(PONG)
        elif packet.startswith(CONNECTED):
            self.connected.set_result(None)

    def _send_next(self) -> None:
        number = next(self._numbers, None)
        if number is not None:
            ack = next(self._ids)
            text = {"room": self._room, "msg": content(number), "client_id": str(uuid.uuid4())}
            self._sent_at[ack] = time.perf_counter()
            self._write(b"42%d" % ack + json.dumps(["text", text]).encode())
        elif not self._sent_at and not self.finished.done():
            self.finished.set_result(None)

    def _write(self, payload: bytes) -> None:
        self._transport.write(text_frame(payload))


def text_frame(payload: bytes) -> bytes:
    """One masked frame; the mask is zero, so that it costs nothing."""
    size = len(payload)
    length = bytes((0x80 | size,)) if size <= SHORT else b"\xfe" + size.to_bytes(2)
    return b"\x81" + length + bytes(4) + payload
