"""How a person wants to be notified, and their devices."""

from typing import Any

import pytest
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import Engine, select

from messages_service.context import Context
from messages_service.notifications.actions import forget_devices, refuse_private_address
from messages_service.notifications.models import MAX_DEVICES, push_subscriptions
from servicekit.data.db import transaction
from servicekit.public_web.addresses import is_public
from servicekit.web.errors import Invalid
from tests.contracts.scene import PUSH_KEYS
from tests.messages_service.conftest import Person
from tests.messages_service.notifications.push_service import PushService, subscribe

GOOD: dict[str, Any] = {"endpoint": "https://push.example.com/1", "keys": PUSH_KEYS}


def test_only_the_given_settings_change_for_one_person(alice: Person, bob: Person) -> None:
    before = alice.get("/api/notifications").json
    assert before == {
        "sound": False,
        "push": True,
        "preview": True,
        "email_digest": True,
        "dnd_hours": None,
    }
    hours = {"start": "22:00", "end": "07:30", "time_zone": "Europe/Zurich"}

    assert alice.patch("/api/notifications", {"sound": True}).json == before | {"sound": True}
    changed = alice.patch("/api/notifications", {"dnd_hours": hours}).json
    assert changed == before | {"sound": True, "dnd_hours": hours}
    assert alice.patch("/api/notifications", {"dnd_hours": None}).json["dnd_hours"] is None
    assert bob.get("/api/notifications").json == before


@pytest.mark.parametrize(
    "change",
    [
        {"sound": "yes"},
        {"noise": True},
        {"dnd_hours": {"start": "22:00"}},
        {"dnd_hours": {"start": "25:00", "end": "07:00"}},
        {"dnd_hours": {"start": "22:00", "end": "07:00", "time_zone": "Mars/Olympus"}},
        {"dnd_hours": {"start": "22:00", "end": "07:00", "time_zone": "../../etc/passwd"}},
    ],
)
def test_bad_settings_are_refused(alice: Person, change: dict[str, Any]) -> None:
    assert alice.patch("/api/notifications", change).status_code == 422


def test_a_browser_has_one_subscription_of_the_person_who_used_it_last(
    alice: Person, bob: Person
) -> None:
    made = alice.post("/api/push/subscriptions", GOOD)
    assert made.status_code == 201
    assert alice.post("/api/push/subscriptions", GOOD).status_code == 200
    assert bob.get(made.headers["Location"]).status_code == 404
    assert bob.delete(made.headers["Location"]).status_code == 204
    assert len(alice.get("/api/push/subscriptions").json) == 1
    assert bob.post("/api/push/subscriptions", GOOD).status_code == 201

    assert alice.get("/api/push/subscriptions").json == []
    assert "endpoint" not in bob.get("/api/push/subscriptions").json[0]


def test_the_end_of_a_session_ends_its_subscriptions(
    app: OpenAPI, parts: Context, engine: Engine, alice: Person, bob: Person
) -> None:
    path = alice.post("/api/push/subscriptions", GOOD).headers["Location"]
    other = {"endpoint": "https://push.example.com/2"}
    kept = bob.post("/api/push/subscriptions", GOOD | other).headers["Location"]
    with engine.connect() as connection:
        mine = select(push_subscriptions.c.sid).where(push_subscriptions.c.user_id == alice.id)
        sid = connection.execute(mine).scalar_one()
    with app.app_context(), transaction(parts.db):
        forget_devices(parts, {"sid": sid})

    assert alice.get(path).status_code == 404
    assert bob.get(kept).status_code == 200


def test_the_number_of_devices_of_a_person_is_limited(
    alice: Person, push_service: PushService
) -> None:
    devices = [subscribe(alice, push_service) for _ in range(MAX_DEVICES + 1)]

    assert alice.get(devices[0].subscription_path).status_code == 404
    assert alice.get(devices[1].subscription_path).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "ftp://push.example.com"},
        {"endpoint": "https://[::1"},
        {"endpoint": "push"},
        {"endpoint": "https://push.example.com/" + "x" * 1000},
        {"keys": {**PUSH_KEYS, "p256dh": "AAAA"}},
        {"keys": {**PUSH_KEYS, "auth": "AAAA"}},
        {"keys": {**PUSH_KEYS, "auth": "ä"}},
        {"keys": None},
    ],
)
def test_a_subscription_with_a_bad_address_or_key_is_refused(
    alice: Person, wrong: dict[str, Any]
) -> None:
    answer = alice.post("/api/push/subscriptions", GOOD | wrong)
    assert answer.status_code == 422
    (error,) = answer.json["errors"]
    assert error["field"].split(".")[0] in wrong


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "[::1]", "169.254.169.254", "localhost"])
def test_an_endpoint_on_a_private_network_is_refused(host: str) -> None:
    with pytest.raises(Invalid):
        refuse_private_address(f"https://{host}/push", is_public)
