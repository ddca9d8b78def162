"""The keys that tokens are checked with: users_service well, frozen, or with a key retired."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from servicekit.http import ServiceClient
from servicekit.identity import keys as key_module
from servicekit.identity.verify import TokenVerifier
from servicekit.web.errors import Problem, Unauthorized, Unavailable


class Publisher:
    """A users_service that publishes keys and counts the requests for them."""

    def __init__(self) -> None:
        self.private = {"one": Ed25519PrivateKey.generate(), "two": Ed25519PrivateKey.generate()}
        self.published = ["one"]
        self.asked = 0
        self.may_answer = threading.Event()
        self.may_answer.set()
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                publisher.asked += self.path.endswith("jwks.json")
                publisher.may_answer.wait(30)
                body = orjson.dumps({"keys": publisher.jwks()})
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def jwks(self) -> list[dict[str, Any]]:
        algorithm = jwt.algorithms.OKPAlgorithm
        publics = ((kid, self.private[kid].public_key()) for kid in self.published)
        return [algorithm.to_jwk(key, as_dict=True) | {"kid": kid} for kid, key in publics]

    def token(self, kid: str = "one", **changes: Any) -> str:
        now = int(time.time())
        claims = {
            "iss": "parley", "aud": "parley:api", "sub": "1", "role": "member", "sid": "s1",
            "typ": "access", "iat": now, "nbf": now, "exp": now + 900,
        }  # fmt: skip
        key = self.private.get(kid) or Ed25519PrivateKey.generate()
        return jwt.encode(claims | changes, key, "EdDSA", {"kid": kid})

    def verifier(self) -> TokenVerifier:
        return TokenVerifier(ServiceClient(f"http://127.0.0.1:{self.server.server_port}"))


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    running = Publisher()
    yield running
    running.may_answer.set()
    running.server.shutdown()
    running.server.server_close()


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let caches grow older; tokens keep their age."""
    clock, passed = time.monotonic, [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock() + passed[0])

    def pass_time(seconds: float) -> None:
        passed[0] += seconds

    return pass_time


def test_the_first_token_needs_no_call_when_the_keys_were_fetched(publisher: Publisher) -> None:
    verifier = publisher.verifier()
    verifier.fetch_keys()
    publisher.may_answer.clear()
    assert verifier.verify(publisher.token()).user_id == 1
    assert publisher.asked == 1


def test_a_key_that_is_made_after_the_start_is_known_at_once(publisher: Publisher) -> None:
    publisher.published = []
    verifier = publisher.verifier()
    verifier.fetch_keys()
    publisher.published = ["one"]
    assert verifier.verify(publisher.token()).user_id == 1


def test_unknown_keys_do_not_delay_known_ones(
    publisher: Publisher, pass_time: Callable[[float], None]
) -> None:
    verifier = publisher.verifier()
    known, new = publisher.token(), publisher.token(sub="2")
    verifier.verify(known)
    pass_time(key_module.REFETCH_SECONDS + 1)
    publisher.may_answer.clear()
    with ThreadPoolExecutor(20) as strangers:
        for number in range(20):
            strangers.submit(_refused, verifier, publisher.token(f"made-up-{number}"))
        began = time.monotonic()
        assert verifier.verify(known).user_id == 1
        assert verifier.verify(new).user_id == 2
        assert time.monotonic() - began < 2
        publisher.may_answer.set()
    assert publisher.asked <= 2


def test_unknown_keys_and_failed_fetches_are_remembered(
    publisher: Publisher, pass_time: Callable[[float], None]
) -> None:
    verifier = publisher.verifier()
    verifier.verify(publisher.token())
    for _ in range(10):
        pass_time(1)
        assert _refused(verifier, publisher.token("made-up")) is Unauthorized
    assert publisher.asked <= 4


def test_a_new_key_is_accepted_at_once(
    publisher: Publisher, pass_time: Callable[[float], None]
) -> None:
    verifier = publisher.verifier()
    verifier.verify(publisher.token())
    publisher.published = ["two", "one"]
    pass_time(key_module.REFETCH_SECONDS + 1)
    assert verifier.verify(publisher.token("two")).user_id == 1


def test_a_retired_key_is_refused_without_a_restart(
    publisher: Publisher, pass_time: Callable[[float], None]
) -> None:
    verifier = publisher.verifier()
    seen_before = publisher.token()
    verifier.verify(seen_before)
    publisher.published = ["two"]
    pass_time(key_module.FRESH_SECONDS + 1)
    assert _refused(verifier, seen_before) is Unauthorized
    assert _refused(verifier, publisher.token()) is Unauthorized


def test_a_token_with_too_long_a_lifetime_is_rejected(publisher: Publisher) -> None:
    lasting = publisher.token(exp=int(time.time()) + 10 * 365 * 86400)
    assert _refused(publisher.verifier(), lasting) is Unauthorized


def test_known_keys_still_work_while_users_service_is_down(
    publisher: Publisher, pass_time: Callable[[float], None]
) -> None:
    verifier = publisher.verifier()
    verifier.verify(publisher.token())
    publisher.server.shutdown()
    publisher.server.server_close()
    pass_time(key_module.FRESH_SECONDS + 1)
    assert verifier.verify(publisher.token(sub="3")).user_id == 3
    pass_time(key_module.USABLE_SECONDS)
    assert _refused(verifier, publisher.token(sub="4")) is Unavailable


def _refused(verifier: TokenVerifier, token: str) -> type[Problem] | None:
    try:
        verifier.verify(token)
    except Problem as problem:
        return type(problem)
    return None
