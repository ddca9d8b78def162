"""Few people with slow uploads cannot keep everybody else from uploading."""

import io
from contextlib import ExitStack

import pytest

from messages_service.attachments.form import (
    GRACE_SECONDS,
    SLOWEST_BYTES_PER_SECOND,
    UploadGate,
    read_form,
)
from servicekit.web.errors import Problem, TooMany
from tests.messages_service.attachments.files import BOUNDARY, raw_form

PLACES = 8


def test_two_people_cannot_occupy_every_upload_slot() -> None:
    gate = UploadGate(total=PLACES)
    with ExitStack() as stalled:
        taken = [_enter(stalled, gate, person) for person in (1, 2) for _ in range(PLACES)]
        assert sum(taken) < PLACES - 1
        assert _enter(stalled, gate, 3)
        assert not _enter(stalled, gate, 3)
    with gate.passed(1), gate.passed(1), gate.passed(1), gate.passed(1):
        with pytest.raises(TooMany):
            gate.passed(1).__enter__()
        with gate.passed(2):
            pass


def test_a_trickling_upload_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("messages_service.attachments.form.time.monotonic", lambda: now)

    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            nonlocal now
            now += 1.0
            return super().read(SLOWEST_BYTES_PER_SECOND // 2)

    content = b"x" * SLOWEST_BYTES_PER_SECOND * GRACE_SECONDS * 2
    with pytest.raises(Problem) as stalled:
        read_form(Trickle(raw_form(content)), BOUNDARY.encode(), lambda data: None, len(content))
    assert stalled.value.status == 408
    assert now < 1000 + GRACE_SECONDS * 3


def _enter(stack: ExitStack, gate: UploadGate, user_id: int) -> bool:
    try:
        stack.enter_context(gate.passed(user_id))
    except TooMany:
        return False
    return True
