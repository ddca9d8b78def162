"""Expired sessions and tokens end everywhere, also their sockets: the feed publishes it."""

from datetime import timedelta

import pytest

from servicekit.web.app import start_background, stop_background
from tests.support.waiting import wait_until
from tests.users_service.conftest import Person, Service
from users_service.actions.cleanup import delete_ended
from users_service.actions.expiry import end_expired
from users_service.context import current_context


def end(service: Service) -> None:
    with service.app.app_context():
        end_expired(current_context())


@pytest.mark.parametrize(
    ("column", "by"),
    [("expires_at", timedelta(days=91)), ("last_used_at", timedelta(days=15))],
)
def test_an_expired_session_is_published_once(bob: Person, column: str, by: timedelta) -> None:
    service = bob.service
    bob.log_in()
    service.turn_back(f"sessions.{column}", by)
    lasting = bob.log_in()
    before = service.last_seq()

    end(service)
    end(service)

    assert service.feed(before) == [("session.revoked", {"sid": "s1", "user_id": bob.id})]
    assert bob.get("/api/users/me", token=lasting["access_token"]).status_code == 200


def test_an_expired_api_token_is_published_once(bob: Person) -> None:
    service = bob.service
    made = bob.post("/api/tokens", {"name": "short", "expires_in": 3600}).json
    service.turn_back("api_tokens.expires_at", timedelta(hours=1))
    before = service.last_seq()

    end(service)
    end(service)

    sid = f"t{made['id']}"
    assert service.feed(before) == [("session.revoked", {"sid": sid, "user_id": bob.id})]
    assert bob.get("/api/users/me").status_code == 200


def test_a_running_process_ends_expired_sessions(own_service: Service) -> None:
    own_service.sign_up("alice").log_in()
    own_service.turn_back("sessions.expires_at", timedelta(days=91))
    before = own_service.last_seq()
    start_background(own_service.app)
    try:
        wait_until(lambda: own_service.feed(before), what="the feed tells of it")
    finally:
        stop_background(own_service.app)


def test_expired_rows_are_deleted_after_ninety_days(alice: Person, bob: Person) -> None:
    service = alice.service
    old, kept = (alice.post("/api/tokens", {"name": name}).json["id"] for name in ("old", "kept"))
    used = alice.post("/api/invites", {}).json["id"]
    alice.delete(f"/api/tokens/{old}")
    alice.delete(f"/api/invites/{used}")
    session = bob.log_in()
    bob.delete("/api/sessions/current", token=session["access_token"])
    for column in ("api_tokens.revoked_at", "invites.revoked_at", "sessions.revoked_at"):
        service.turn_back(column, timedelta(days=91))
    alice.delete(f"/api/tokens/{kept}")
    before = service.last_seq()

    with service.app.app_context():
        delete_ended(current_context())

    assert service.scalar(f"SELECT count(*) FROM api_tokens WHERE id = {old}") == 0
    assert service.scalar(f"SELECT count(*) FROM api_tokens WHERE id = {kept}") == 1
    assert service.scalar("SELECT count(*) FROM invites") == 0
    assert service.scalar("SELECT count(*) FROM sessions WHERE revoked_at IS NOT NULL") == 0
    assert service.last_seq() == before
    assert alice.get("/api/users/me").status_code == 200
