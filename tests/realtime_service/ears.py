"""Clients that listen: the stock Python one, and a bare socket for what no stock client does."""

import contextlib
import json
import socket
import time
from typing import Any, Self
from urllib.parse import urlsplit

import socketio
from wsproto.frame_protocol import CloseReason, FrameProtocol, Opcode

from tests.support.cast import Person
from tests.support.waiting import wait_until

Heard = tuple[str, Any]


class Ear:
    """A person's tab: python-socketio's client, which records everything it receives."""

    def __init__(
        self, url: str, token: str | None, *, transports: list[str] | None = None, **options: Any
    ) -> None:
        self.heard: list[Heard] = []
        self.client = socketio.Client(reconnection=options.pop("reconnection", False))
        self.client.on("*", self._note)
        auth = {"token": token} if token else None
        self.client.connect(url, auth=auth, transports=transports or ["websocket"], **options)

    @classmethod
    def of(cls, url: str, person: Person, **options: Any) -> Self:
        """Connected and `ready` received."""
        ear = cls(url, person.token, **options)
        ear.wait_for_notice("ready")
        return ear

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()

    def all(self, name: str) -> list[Any]:
        return [data for event, data in tuple(self.heard) if event == name]

    def events(self, type: str | None = None) -> list[dict[str, Any]]:
        return [e for e in self.all("event") if type in (None, e["type"])]

    def contents(self) -> list[str]:
        """The contents received, in the log's order: the stock client handles each packet in a
        thread of its own.
        """
        return [e["data"]["content"] for e in self.in_order() if e["type"] == "message.created"]

    def in_order(self) -> list[dict[str, Any]]:
        return sorted(self.events(), key=lambda e: (e["conversation_id"], e["seq"]))

    def wait_for_content(self, content: str, timeout: float = 10) -> None:
        wait_until(lambda: content in self.contents(), timeout, what=f"{content!r} is heard")

    def wait_for_notice(self, type: str, timeout: float = 10) -> dict[str, Any]:
        def find() -> list[dict[str, Any]]:
            return [n["data"] for n in self.all("notice") if n["type"] == type]

        return wait_until(find, timeout, what=f"notice {type}")[-1]

    def wait_for(self, name: str, timeout: float = 10) -> Any:
        return wait_until(lambda: self.all(name), timeout, what=f"event {name}")[-1]

    def wait_for_count(self, name: str, count: int, timeout: float = 10) -> None:
        """Returns when `count` packets of that name have arrived."""
        wait_until(lambda: len(self.all(name)) >= count, timeout, what=f"{count} × {name}")

    def presence_of(self, person: Person) -> str | None:
        told = [p["status"] for p in self.all("presence") if p["user_id"] == person.id]
        return told[-1] if told else None

    def call(self, event: str, data: Any) -> Any:
        return self.client.call(event, data, timeout=10)

    def say(self, room: str | int, msg: str, **fields: Any) -> Any:
        return self.call("text", {"room": room, "msg": msg, **fields})

    def _note(self, event: str, data: Any = None) -> None:
        self.heard.append((event, data))


class RawSocket:
    """A plain WebSocket that reads only on request."""

    def __init__(self, url: str, *, receive_buffer: int | None = None, origin: str = "") -> None:
        parts = urlsplit(url)
        self.sock = socket.socket()
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(10)
        self.sock.connect((parts.hostname, parts.port))
        self._protocol = FrameProtocol(client=True, extensions=[])
        self.sock.sendall(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
            f"Host: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Extensions: permessage-deflate\r\n"
            f"Origin: {origin or url}\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        answer = b""
        while b"\r\n\r\n" not in answer:
            piece = self.sock.recv(4096)
            if not piece:
                break
            answer += piece
        head, _, rest = answer.partition(b"\r\n\r\n")
        self.status = int(head.split()[1])
        self.head = head.decode()
        self._protocol.receive_bytes(rest)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.sock.close()

    def sign_in(self, token: str) -> Self:
        """Connect to the default namespace and read until it is live."""
        self.send("40" + json.dumps({"token": token}))
        for message in iter(self.receive, None):
            if '"ready"' in message:
                return self
        raise AssertionError("closed before it was live")

    def send(self, text: str) -> None:
        self.sock.sendall(self._protocol.send_data(text))

    def send_together(self, texts: list[str], *, then_close: bool = False) -> None:
        """Several messages in one segment, and the end of the connection if asked for."""
        data = b"".join(self._protocol.send_data(text) for text in texts)
        self.sock.sendall(
            data + (self._protocol.close(CloseReason.NORMAL_CLOSURE) if then_close else b"")
        )

    def send_bytes(self, data: bytes) -> None:
        self.sock.sendall(data)

    def receive(self, timeout: float = 10) -> str | None:
        """The next whole text message; None when the server has closed. Every frame is checked."""
        deadline = time.monotonic() + timeout
        text = ""
        while True:
            for frame in self._protocol.received_frames():
                if frame.opcode is Opcode.CLOSE:
                    assert isinstance(frame.payload, tuple)
                    self.close_code = frame.payload[0]
                    return None
                text += str(frame.payload)
                if frame.message_finished:
                    return text
            self.sock.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                data = self.sock.recv(65536)
            except ConnectionError:
                return None
            if not data:
                return None
            self._protocol.receive_bytes(data)

    def is_closed(self, timeout: float = 10) -> bool:
        """Whether the server closes within `timeout`; what comes before is thrown away."""
        with contextlib.suppress(TimeoutError):
            while self.receive(timeout) is not None:
                pass
            return True
        return False

    close_code: CloseReason | int | None = None
