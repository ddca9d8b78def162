"""Many bare Socket.IO clients in one process that only count: a load so cheap that it hardly
changes the figures.
"""

import asyncio
import contextlib
import json
import re
import sys
import time
from urllib.parse import urlsplit

MARK = b'42["event",'
PING, PONG = b"\x81\x012", "3"
SENT_AT = re.compile(rb'"t":([0-9.]+)')
SAMPLE_EVERY = 50
CONNECTS_AT_ONCE = 50


class Client(asyncio.Protocol):
    """One socket."""

    def __init__(self, swarm: "Swarm", token: str) -> None:
        self._swarm = swarm
        self._token = token
        self._tail = b""
        self._is_open = False
        self.is_sampled = False
        self.joined = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._swarm.handshake)

    def data_received(self, data: bytes) -> None:
        now = time.time()
        data = self._tail + data
        if not self._is_open:
            if b"\r\n\r\n" not in data:
                self._tail = data
                return
            self._is_open = True
            self._write("40" + (json.dumps({"token": self._token}) if self._token else ""))
        self._swarm.count(data.count(MARK))
        if self.is_sampled:
            self._swarm.latencies += [now - float(t) for t in SENT_AT.findall(data)]
        if PING in data:
            self._write(PONG)
        if not self.joined.done() and self._swarm.welcome in data:
            self.joined.set_result(time.time())
        self._tail = data[-len(MARK) + 1 :]

    def connection_lost(self, exc: Exception | None) -> None:
        self._swarm.lost += 1

    def _write(self, text: str) -> None:
        payload = text.encode()
        size = len(payload)
        head = bytes((0x81, 0x80 | size)) if size < 126 else b"\x81\xfe" + size.to_bytes(2)
        self._transport.write(head + bytes(4) + payload)


class Swarm:
    """All sockets, driven by lines on standard input."""

    def __init__(self, url: str, welcome: str) -> None:
        parts = urlsplit(url)
        self.host, self.port = str(parts.hostname), int(parts.port or 80)
        self.welcome = welcome.encode()
        self.handshake = (
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
            f"Host: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode()
        self.received = self.lost = 0
        self.expected = 0
        self.done = asyncio.Event()
        self.latencies: list[float] = []
        self.clients: list[Client] = []

    def count(self, events: int) -> None:
        self.received += events
        if self.received >= self.expected > 0:
            self.done.set()

    async def connect(self, tokens: list[str]) -> float:
        """Seconds until all are in their room."""
        loop = asyncio.get_running_loop()
        gate = asyncio.Semaphore(CONNECTS_AT_ONCE)
        started = time.time()

        async def connect_one(token: str) -> None:
            async with gate:
                _, client = await loop.create_connection(
                    lambda: Client(self, token), self.host, self.port
                )
                client.is_sampled = len(self.clients) % SAMPLE_EVERY == 0
                self.clients.append(client)
                await client.joined

        await asyncio.gather(*(connect_one(token) for token in tokens))
        return time.time() - started

    def expect(self, events: int) -> None:
        self.received, self.expected = 0, events
        self.latencies.clear()
        self.done.clear()

    async def wait(self, seconds: float) -> dict[str, object]:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.done.wait(), seconds)
        return {
            "received": self.received,
            "lost": self.lost,
            "at": time.time(),
            "latencies": self.latencies,
            "cpu": time.process_time(),
        }


async def serve(url: str, welcome: str) -> None:
    swarm = Swarm(url, welcome)
    reader = asyncio.StreamReader(limit=100_000_000)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        order, value = json.loads(line)
        answer: object = None
        if order == "connect":
            answer = await swarm.connect(value)
        elif order == "expect":
            swarm.expect(value * len(swarm.clients))
        elif order == "wait":
            answer = await swarm.wait(value)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2]))
