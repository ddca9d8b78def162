"""The signature of webhooks and commands, as receivers verify it."""

import time

import pytest
from parley_client import BadSignature, Verifier

from messages_service.integrations.signing import HEADER, signed_headers

SECRET = "whsec_of_a_webhook"
BODY = b'{"text": "deploy"}'


def signature(secret: str = SECRET, body: bytes = BODY) -> str:
    return signed_headers(secret, body)[HEADER]


def test_a_request_of_parley_is_accepted_once() -> None:
    verifier, header = Verifier(SECRET), signature()

    verifier.verify(header, BODY)

    with pytest.raises(BadSignature, match="came before"):
        verifier.verify(header, BODY)


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (signature("another secret"), BODY),
        (signature(), BODY + b" "),
        (signature().replace("t=", "t=1"), BODY),
        ("t=1,v1=", BODY),
        ("v1=" + "0" * 64, BODY),
        ("", BODY),
        (None, BODY),
    ],
)
def test_other_requests_are_refused(header: str | None, body: bytes) -> None:
    with pytest.raises(BadSignature):
        Verifier(SECRET).verify(header, body)


@pytest.mark.parametrize("shift", [301, -301])
def test_a_signature_of_another_time_is_refused(shift: float) -> None:
    verifier = Verifier(SECRET, clock=lambda: time.time() + shift)

    with pytest.raises(BadSignature, match="too old"):
        verifier.verify(signature(), BODY)


def test_old_signatures_are_forgotten_when_they_are_refused_anyway() -> None:
    now = time.time()
    times = iter([now, now + 290, now + 310])
    verifier = Verifier(SECRET, clock=lambda: next(times))
    header = signature()
    verifier.verify(header, BODY)

    for reason in ("came before", "too old"):
        with pytest.raises(BadSignature, match=reason):
            verifier.verify(header, BODY)
