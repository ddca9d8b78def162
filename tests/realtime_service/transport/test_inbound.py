"""Frames from clients, read without a connection."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.frame_protocol import FrameProtocol, Opcode

from realtime_service.transport.intake import Intake, Limit
from realtime_service.transport.websocket import Inbound, Violation

MAX_BYTES = 1000


class Pieces:
    """A socket from which `pieces` are read one after another."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)

    def recv(self, size: int) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""


class Ready:
    """A driver whose sockets are always readable."""

    def wait_readable(self, sock: Any) -> None:
        pass


def inbound(*pieces: bytes) -> Inbound:
    driver: Any = Ready()
    return Inbound(driver, Pieces(*pieces), MAX_BYTES, None, Intake(Limit(1000, 1_000_000)))


def frame(text: bytes, *, is_last: bool = True, opcode: Opcode = Opcode.TEXT) -> bytes:
    """As a client sends it: masked."""
    client = FrameProtocol(client=True, extensions=[])
    return bytes(client._serialize_frame(opcode, text, fin=is_last))


@given(st.lists(st.text(min_size=1, max_size=400), min_size=1, max_size=4), st.data())
def test_texts_are_read_however_they_are_cut(texts: list[str], data: st.DataObject) -> None:
    texts = [text for text in texts if len(text.encode()) <= MAX_BYTES]
    sent = b"".join(frame(text.encode()) for text in texts)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(sent)))))
    pieces = [sent[a:b] for a, b in zip([0, *cuts], [*cuts, len(sent)], strict=True) if a < b]
    reader = inbound(*pieces)
    assert [reader.receive() for _ in texts] == texts
    assert reader.receive() is None


@pytest.mark.parametrize("size", [1, 125, 126, 127, 255, 256, MAX_BYTES])
def test_a_text_in_one_piece_is_read_at_every_size(size: int) -> None:
    text = "x" * size
    assert inbound(frame(text.encode())).receive() == text


def test_a_text_over_the_limit_is_a_violation() -> None:
    with pytest.raises(Violation):
        inbound(frame(b"x" * (MAX_BYTES + 1))).receive()


def test_a_whole_text_between_the_parts_of_another_is_a_violation() -> None:
    with pytest.raises(Violation):
        inbound(frame(b"x", is_last=False), frame(b"y" * 200)).receive()


def test_a_text_that_is_not_utf_8_is_a_violation() -> None:
    with pytest.raises(Violation):
        inbound(frame(b"\xff" * 200)).receive()


@pytest.mark.parametrize(
    "head",
    [b"\x81\xfe\x00\x05" + bytes(4), b"\x81\xff" + (5).to_bytes(8) + bytes(4), b"\x81\x05"],
    ids=["a longer length than needed", "the longest length", "unmasked"],
)
def test_an_odd_head_is_a_violation(head: bytes) -> None:
    with pytest.raises(Violation):
        inbound(head + b"hello").receive()
