"""The signature of webhooks and commands, as receivers verify it."""

import time
from collections.abc import Callable

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
    "forged",
    [
        lambda: signature("another secret"),
        lambda: signature(body=BODY + b" "),
        lambda: signature().replace("t=", "t=1"),
        lambda: "t=1,v1=",
        lambda: "v1=" + "0" * 64,
        lambda: "",
        lambda: None,
    ],
    ids=["secret", "body", "time", "no signature", "no time", "empty", "none"],
)
def test_other_requests_are_refused(forged: Callable[[], str | None]) -> None:
    """Signed here, because an old signature is refused for its age."""
    with pytest.raises(BadSignature):
        Verifier(SECRET).verify(forged(), BODY)


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
