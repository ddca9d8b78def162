"""A TCP proxy for tests that break a connection: reset, silent in one direction or in both."""

import socket
import struct
import threading
from contextlib import suppress

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Proxy:
    """Passes bytes between clients and `target_port`; faults can be switched on."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._to_server = threading.Event()
        self._to_client = threading.Event()
        self._is_refusing = False
        self._unwanted: bytes | None = None
        self.port: int = self._listener.getsockname()[1]
        self.heal()
        threading.Thread(target=self._accept, daemon=True).start()

    def heal(self) -> None:
        """Pass everything on. Bytes that were held back arrive late."""
        self._is_refusing = False
        self._unwanted = None
        self._to_server.set()
        self._to_client.set()

    def hold(self, *, to_server: bool = True, to_client: bool = True) -> None:
        """Drop the bytes of one direction; connections stay open, and new ones are accepted."""
        if to_server:
            self._to_server.clear()
        if to_client:
            self._to_client.clear()

    def reset(self) -> None:
        """Reset all connections; reset new ones at once."""
        self._is_refusing = True
        self.cut()

    def cut(self) -> None:
        """Reset all connections; accept new ones."""
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for sock in pair:
                _reset(sock)

    def lose(self, unwanted: bytes) -> None:
        """Drop what the server sends in one piece with `unwanted`."""
        self._unwanted = unwanted

    def close(self) -> None:
        self._listener.close()
        self.cut()
        self.heal()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self._is_refusing:
                    _reset(client)
                    continue
                server = socket.create_connection(("127.0.0.1", self._target_port))
                self._pairs.append((client, server))
                for source, sink, way in (
                    (client, server, self._to_server),
                    (server, client, self._to_client),
                ):
                    arguments = (source, sink, way, sink is client)
                    threading.Thread(target=self._pump, args=arguments, daemon=True).start()

    def _pump(
        self, source: socket.socket, sink: socket.socket, way: threading.Event, is_back: bool
    ) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                way.wait()
                if not (is_back and self._unwanted and self._unwanted in data):
                    sink.sendall(data)
        way.wait()
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


def _reset(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
