"""Socket.IO packets and WebSocket frames as bytes, each encoded once for all receivers."""

from typing import Any

import orjson
from engineio.packet import MESSAGE, Packet

TEXT, BINARY, CLOSE, PONG = 0x1, 0x2, 0x8, 0xA
FINAL = 0x80
LARGEST_7_BIT, LARGEST_16_BIT = 125, 0xFFFF


def make_frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """A whole unmasked WebSocket frame (RFC 6455, section 5.2)."""
    size = len(payload)
    first = FINAL | opcode
    if size <= LARGEST_7_BIT:
        return bytes((first, size)) + payload
    if size <= LARGEST_16_BIT:
        return bytes((first, 126)) + size.to_bytes(2) + payload
    return bytes((first, 127)) + size.to_bytes(8) + payload


def frame_of(packet: Packet) -> bytes:
    """The frame of an Engine.IO packet."""
    encoded = packet.encode()
    if isinstance(encoded, bytes):
        return make_frame(encoded, BINARY)
    return make_frame(encoded.encode())


class Outgoing:
    """One Socket.IO event on its way to many sockets: as a frame, and as a packet for long
    polling.
    """

    __slots__ = ("_packet", "frame", "text")

    def __init__(self, name: str, json: bytes) -> None:
        self.text = b"2[%s,%s]" % (orjson.dumps(name), json)
        self.frame = make_frame(b"4" + self.text)
        self._packet: Packet | None = None

    @classmethod
    def of(cls, name: str, data: Any) -> "Outgoing":
        return cls(name, orjson.dumps(data))

    @property
    def packet(self) -> Packet:
        if self._packet is None:
            self._packet = Packet(MESSAGE, self.text.decode())
        return self._packet
