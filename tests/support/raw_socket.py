"""A bare WebSocket, for what no stock client does."""

import contextlib
import json
import socket
import time
from typing import Self
from urllib.parse import urlsplit

from wsproto.frame_protocol import CloseReason, FrameProtocol, Opcode


class RawSocket:
    """A plain WebSocket that reads only on request."""

    def __init__(
        self,
        url: str,
        *,
        receive_buffer: int | None = None,
        origin: str = "",
        patience: float = 30,
    ) -> None:
        """`patience` is how many seconds it waits for the handshake."""
        parts = urlsplit(url)
        self.sock = socket.socket()
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(patience)
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

    def receive(self, timeout: float = 30) -> str | None:
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

    def is_closed(self, timeout: float = 30) -> bool:
        """Whether the server closes within `timeout`; what comes before is thrown away."""
        with contextlib.suppress(TimeoutError):
            while self.receive(timeout) is not None:
                pass
            return True
        return False

    close_code: CloseReason | int | None = None
