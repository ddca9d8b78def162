"""The inbound half of a WebSocket: handshake, frames, limits. No extension is offered, so nothing
can be inflated.
"""

import base64
import hashlib
import time
from collections import deque
from typing import Any

from wsproto.frame_protocol import CloseReason, FrameProtocol, Opcode, ParseFailed

from realtime_service.transport import frames
from realtime_service.transport.intake import Intake

RECEIVE_BYTES = 16_384
KEY_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
KEY_BYTES = 16


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

    def __init__(self, sock: Any, max_bytes: int, answer: Any, intake: Intake) -> None:
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
            time.sleep(0)  # `recv` does not yield to other tasks while bytes are waiting
            data = self._sock.recv(RECEIVE_BYTES)
            if data:
                self._parse(data)
            else:
                self._has_ended = True
        return self._ready.popleft() if self._ready else None

    def _parse(self, data: bytes) -> None:
        self._intake.count_bytes(len(data))
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


def _is_key(key: bytes) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == KEY_BYTES
    except ValueError:
        return False


def _as_bytes(payload: Any) -> bytes:
    return bytes(payload)
