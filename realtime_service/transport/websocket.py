"""The inbound half of a WebSocket: handshake, frames, limits. No extension is offered, so nothing
can be inflated.
"""

import base64
import hashlib
from collections import deque
from typing import Any

from wsproto.frame_protocol import CloseReason, FrameProtocol, Opcode, ParseFailed

from realtime_service.transport import frames
from realtime_service.transport.intake import Intake
from realtime_service.transport.worker import Driver

RECEIVE_BYTES = 16_384
KEY_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
KEY_BYTES = 16
WHOLE_TEXT = frames.FINAL | frames.TEXT
MASKED = 0x80
LENGTH_FOLLOWS = b"\xfe"
"""The second byte of a masked frame whose length is in the next two."""
SHORT_HEADER, LONG_HEADER = 6, 8
"""Bytes before the payload: those of the frame's kind and length, and four of its mask."""


class BadHandshake(Exception):
    """The request is not a valid WebSocket handshake (RFC 6455)."""


class Violation(Exception):
    """The peer broke the protocol or a limit; `code` is the close code to send."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def handshake_reply(environ: dict[str, Any]) -> bytes:
    """The answer that opens the WebSocket asked for in `environ`; raises BadHandshake."""
    key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "").encode()
    if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13" or not _is_key(key):
        raise BadHandshake("not a WebSocket handshake of version 13")
    accept = base64.b64encode(hashlib.sha1(key + KEY_GUID, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )


class Inbound:
    """Messages read from `sock`. `answer` sends a control frame back (a pong, say)."""

    def __init__(
        self, driver: Driver, sock: Any, max_bytes: int, answer: Any, intake: Intake
    ) -> None:
        self._driver = driver
        self._sock = sock
        self._max_bytes = max_bytes
        self._answer = answer
        self._intake = intake
        self._protocol = FrameProtocol(client=False, extensions=[])
        self._ready: deque[str | bytes] = deque()
        self._parts: list[Any] = []
        self._size = 0
        self._has_ended = False

    def receive(self) -> str | bytes | None:
        """The next message, or None after the peer closed; raises Violation, Flood or OSError."""
        while not self._ready and not self._has_ended:
            # `recv` alone would not let other tasks run while bytes are waiting.
            self._driver.wait_readable(self._sock)
            data = self._sock.recv(RECEIVE_BYTES)
            if data:
                self._parse(data)
            else:
                self._has_ended = True
        return self._ready.popleft() if self._ready else None

    def _parse(self, data: bytes) -> None:
        self._intake.count_bytes(len(data))
        if (text := self._read_text(data)) is not None:
            self._intake.count_frame()
            self._ready.append(text)
            return
        self._protocol.receive_bytes(data)
        try:
            for frame in self._protocol.received_frames():
                self._intake.count_frame()
                if frame.opcode is Opcode.CLOSE:
                    self._has_ended = True
                    return
                if frame.opcode is Opcode.PING:
                    self._answer(frames.make_frame(_as_bytes(frame.payload), frames.PONG))
                elif frame.opcode is not Opcode.PONG:
                    self._add(frame.payload, frame.message_finished)
        except ParseFailed as error:
            raise Violation(int(error.code), str(error)) from error

    def _read_text(self, data: bytes) -> str | None:
        """The text, if `data` is one frame with a whole text; None leaves it to wsproto.

        Nearly all that clients send are pongs of seven bytes. wsproto needs 30 µs for one, and
        10,000 sockets send hundreds of them a second.
        """
        start = LONG_HEADER if data[1:2] == LENGTH_FOLLOWS else SHORT_HEADER
        size = len(data) - start
        if not 0 < size <= self._max_bytes or data[: start - 4] != _text_head(size):
            return None
        if self._parts or not self._is_between_frames():
            return None
        mask = int.from_bytes((data[start - 4 : start] * (size // 4 + 1))[:size])
        try:
            return (int.from_bytes(data[start:]) ^ mask).to_bytes(size).decode()
        except UnicodeDecodeError:
            return None

    def _is_between_frames(self) -> bool:
        """Private parts of wsproto; checked with wsproto 1.3."""
        decoder = self._protocol._frame_decoder
        return decoder.header is None and not decoder.buffer

    def _add(self, payload: Any, is_finished: bool) -> None:
        self._size += len(payload) + 1  # empty fragments count too
        if self._size > self._max_bytes:
            raise Violation(int(CloseReason.MESSAGE_TOO_BIG), "message too big")
        if is_finished and not self._parts:
            self._ready.append(payload)
        else:
            self._parts.append(payload)
            if is_finished:
                self._ready.append(type(payload)().join(self._parts))
                self._parts.clear()
        if is_finished:
            self._size = 0


def _text_head(size: int) -> bytes:
    """How a masked frame with a whole text of `size` bytes begins, of less than 64 KB."""
    if size <= frames.LARGEST_7_BIT:
        return bytes((WHOLE_TEXT, MASKED | size))
    return bytes((WHOLE_TEXT,)) + LENGTH_FOLLOWS + size.to_bytes(2)


def _is_key(key: bytes) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == KEY_BYTES
    except ValueError:
        return False


def _as_bytes(payload: Any) -> bytes:
    return bytes(payload)
