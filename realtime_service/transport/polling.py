"""Engine.IO over long polling: packets wait in a limited queue, and requests are counted."""

from io import BytesIO
from socket import SHUT_RD
from typing import Any

from engineio import exceptions, packet, payload, socket

from realtime_service import metrics
from realtime_service.transport.host import Host
from realtime_service.transport.intake import Flood, Intake

BODY_SECONDS = 15
SMALL_PACKET_BYTES = 100


class PollingSocket(socket.Socket):  # type: ignore[misc]
    """An Engine.IO socket whose polls and posts are limited."""

    def __init__(self, server: Host, sid: str) -> None:
        super().__init__(server, sid)
        self.engine = server
        self._intake = Intake()
        self._queued_bytes = 0

    def abort(self) -> None:
        """End the connection at once, and drop its queue."""
        self._queued_bytes = 0
        self.close(wait=False, abort=True, reason=self.engine.reason.TRANSPORT_ERROR)

    def poll(self) -> list[packet.Packet]:
        """The packets queued for a long-polling client; the stock Python client accepts 16 at a
        time.
        """
        packets: list[Any] = []
        try:
            packets.append(
                self.queue.get(timeout=self.engine.ping_interval + self.engine.ping_timeout)
            )
            while packets[-1] is not None and len(packets) < payload.Payload.max_decode_packets:
                packets.append(self.queue.get(block=False))
        except self.engine.get_queue_empty_exception():
            if not packets:
                raise exceptions.QueueEmpty from None
        if packets[-1] is None:
            packets.pop()
            self.queue.put(None)
        self._queued_bytes -= sum(map(_size_of, packets))
        return packets

    def handle_get_request(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer a poll, or upgrade to WebSocket."""
        self.count_request(0)
        return super().handle_get_request(environ, start_response)

    def handle_post_request(self, environ: dict[str, Any]) -> None:
        """Malformed packets end the connection with a 400; engineio would log a traceback
        for each.
        """
        try:
            size = int(environ.get("CONTENT_LENGTH", "0"))
            self.count_request(size)
            if size <= self.engine.max_http_buffer_size:
                environ["wsgi.input"] = self._read_body(environ, size)
            super().handle_post_request(environ)
        except (ValueError, IndexError, KeyError) as error:
            metrics.BAD_PACKETS.inc()
            raise exceptions.EngineIOError(str(error)) from error

    def enqueue(self, pkt: packet.Packet) -> None:
        """Queue a packet for the next poll."""
        self._queued_bytes += _size_of(pkt)
        if self._queued_bytes > self.engine.max_queue_bytes:
            metrics.SLOW_READERS.inc()
            self.abort()
        else:
            self.queue.put(pkt)

    def count_request(self, size: int) -> None:
        """Requests and packets of long polling count like frames."""
        try:
            self._intake.count_bytes(size)
            self._intake.count_frame()
        except Flood as flood:
            metrics.FLOODS.inc()
            raise exceptions.EngineIOError(str(flood)) from flood

    def _read_body(self, environ: dict[str, Any], size: int) -> BytesIO:
        body = None
        with self.engine.driver.silent_timeout(BODY_SECONDS):
            body = environ["wsgi.input"].read(size)
        if body is None:
            environ["gunicorn.socket"].shutdown(SHUT_RD)  # do not read the rest either
            raise exceptions.EngineIOError("the body came too slowly")
        return BytesIO(body)


def _size_of(pkt: packet.Packet) -> int:
    return len(pkt.data) if isinstance(pkt.data, str | bytes) else SMALL_PACKET_BYTES
