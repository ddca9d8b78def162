"""What ran out is ended everywhere, also the sockets that it opened: the feed tells of it."""

from datetime import timedelta

import pytest

from servicekit.app import start_background, stop_background
from tests.support.waiting import wait_until
from tests.users_service.conftest import Person, Service
from users_service.actions.expiry import end_expired


def end(service: Service) -> None:
    with service.app.app_context():
        end_expired()


@pytest.mark.parametrize(
    ("column", "by"),
    [("expires_at", timedelta(days=91)), ("last_used_at", timedelta(days=15))],
)
def test_a_login_that_ran_out_is_told_once(bob: Person, column: str, by: timedelta) -> None:
    service = bob.service
    bob.log_in()
    service.turn_back(f"sessions.{column}", by)
    lasting = bob.log_in()
    before = service.last_seq()

    end(service)
    end(service)

    assert service.feed(before) == [("session.revoked", {"sid": "s1", "user_id": bob.id})]
    assert bob.get("/api/users/me", token=lasting["access_token"]).status_code == 200


def test_an_api_token_that_ran_out_is_told_once(bob: Person) -> None:
    service = bob.service
    made = bob.post("/api/tokens", {"name": "short", "expires_in": 3600}).json
    service.turn_back("api_tokens.expires_at", timedelta(hours=1))
    before = service.last_seq()

    end(service)
    end(service)

    sid = f"t{made['id']}"
    assert service.feed(before) == [("session.revoked", {"sid": sid, "user_id": bob.id})]
    assert bob.get("/api/users/me").status_code == 200


def test_a_serving_process_ends_them_by_itself(bob: Person) -> None:
    service = bob.service
    bob.log_in()
    service.turn_back("sessions.expires_at", timedelta(days=91))
    before = service.last_seq()
    start_background(service.app)
    try:
        wait_until(lambda: service.feed(before), what="the feed tells of it")
    finally:
        stop_background(service.app)
