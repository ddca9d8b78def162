"""How fast a person may send."""

import pytest
from limits import parse
from pydantic import ValidationError

from messages_service.app import create_app
from tests.messages_service.conftest import SignUp, UsersService, make_settings


def test_sending_too_fast_is_refused_with_retry_after(
    database_url: str, redis_url: str, users_service: UsersService, sign_up: SignUp
) -> None:
    settings = make_settings(database_url, redis_url, users_service.url, rate_messages="3")
    app = create_app(settings)
    alice, bob = sign_up("alice", app), sign_up("bob", app)
    for text in ("1", "2", "3"):
        alice.send(text, bob)

    refused = alice.post("/api/messages", {"content": "4", "recipient_id": bob.id})
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 10
    assert bob.send("my own limit", alice)


@pytest.mark.parametrize(
    ("rate", "amount", "seconds"), [("60", 60, 10), ("100/minute", 100, 60), ("5 per second", 5, 1)]
)
def test_a_rate_is_a_number_per_ten_seconds_or_a_full_expression(
    rate: str, amount: int, seconds: int
) -> None:
    parsed = parse(
        make_settings("sqlite://", "redis://x", "http://x", rate_messages=rate).rate_messages
    )
    assert (parsed.amount, parsed.get_expiry()) == (amount, seconds)


@pytest.mark.parametrize("rate", ["0", "-1", "many", "", "1.5"])
def test_an_invalid_rate_stops_the_start(rate: str) -> None:
    with pytest.raises(ValidationError):
        make_settings("sqlite://", "redis://x", "http://x", rate_messages=rate)
