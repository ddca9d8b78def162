"""How fast a person may send."""

import pytest
from flask_openapi3.openapi import OpenAPI
from limits import parse
from pydantic import ValidationError

from messages_service.administration.limits import ChosenLimits
from messages_service.app import create_app
from messages_service.attachments.context import EXTENSION as FILES
from messages_service.context import Context
from messages_service.settings import MessagesSettings
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


def test_limits_of_an_admin_apply_to_texts_and_rates_until_they_are_taken_back(
    app: OpenAPI, parts: Context, sign_up: SignUp, settings: MessagesSettings
) -> None:
    chosen = ChosenLimits(settings, parts.limits, app.extensions[FILES])
    alice, bob = sign_up("alice", app), sign_up("bob", app)
    sent = alice.send("x" * 200, bob)
    chosen.place_changed({"limits": {"content": 150, "messages": 2, "upload_bytes": 1_000}})

    too_long = alice.post("/api/messages", {"content": "x" * 151, "recipient_id": bob.id})
    assert too_long.json["errors"][0]["message"] == "must have at most 150 characters"
    longer = alice.patch(f"/api/messages/{sent['id']}", {"content": "y" * 151})
    assert longer.status_code == 422
    assert alice.send("x" * 150, bob)
    assert alice.post("/api/messages", {"content": "3", "recipient_id": bob.id}).status_code == 429
    assert app.extensions[FILES].max_bytes == 1_000

    chosen.place_changed({})
    assert alice.send("x" * 10_000, bob)
    assert app.extensions[FILES].max_bytes == settings.max_upload_bytes


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
