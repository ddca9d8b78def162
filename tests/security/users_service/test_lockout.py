"""Guessing passwords is slow, and does not lock accounts."""

import pytest

from servicekit.web.service_calls import SERVICE_SECRET_HEADER
from tests.users_service.conftest import PASSWORD, SECRET, MakeService, Person, Service

pytestmark = pytest.mark.slow

GATEWAY = {SERVICE_SECRET_HEADER: SECRET}
WRONG = "wrong password"


def test_a_stranger_cannot_lock_an_account(bob: Person) -> None:
    service = bob.service
    for number in range(8):
        service.address = f"192.0.2.{number}"
        _fail_until_refused(service, "bob")
    service.address = "198.51.100.1"
    assert service.log_in("bob").status_code == 201


def test_a_stranger_cannot_lock_an_address(make_service: MakeService) -> None:
    service = make_service(rate_logins="10")
    service.sign_up("alice")
    service.sign_up("bob")
    for number in range(30):
        assert service.log_in(f"guess{number}", WRONG).status_code == 401
    assert service.log_in("bob").status_code == 201


def test_a_browser_that_logged_in_before_is_never_locked_out(make_service: MakeService) -> None:
    service = make_service(rate_logins="10")
    bob = service.sign_up("alice") and service.sign_up("bob")
    _fail_until_refused(service, "bob")
    assert service.log_in("bob").status_code == 429
    known = GATEWAY | {"X-Forwarded-Device": f"a-browser 7,{bob.id}"}
    assert service.log_in("bob", headers=known).status_code == 201
    of_alice = GATEWAY | {"X-Forwarded-Device": "a-browser 1"}
    assert service.log_in("bob", headers=of_alice).status_code == 429


def test_a_known_browser_cannot_guess_faster(bob: Person) -> None:
    known = GATEWAY | {"X-Forwarded-Device": f"a-browser {bob.id}"}
    statuses = [bob.service.log_in("bob", WRONG, headers=known).status_code for _ in range(7)]
    assert statuses == [401] * 5 + [429] * 2


def test_only_the_gateway_may_name_a_known_browser(bob: Person) -> None:
    _fail_until_refused(bob.service, "bob")
    forged = {"X-Forwarded-Device": f"a-browser {bob.id}"}
    assert bob.service.log_in("bob", headers=forged).status_code == 429


def test_nickname_and_email_share_one_limit(bob: Person) -> None:
    tries = [("bob", "BOB@example.com")[number % 2] for number in range(6)]
    statuses = [bob.service.log_in(login, WRONG).status_code for login in tries]
    assert statuses == [401] * 5 + [429]


def test_addresses_of_one_ipv6_network_share_one_limit(bob: Person) -> None:
    statuses = []
    for number in range(6):
        bob.service.address = f"2001:db8:0:1::{number:x}"
        statuses.append(bob.service.log_in("bob", WRONG).status_code)
    assert statuses == [401] * 5 + [429]
    bob.service.address = "2001:db8:0:2::1"
    assert bob.service.log_in("bob").status_code == 201


def test_many_networks_of_one_host_are_slowed_down_together(make_service: MakeService) -> None:
    service = make_service(rate_logins="5")
    service.sign_up("alice")
    statuses = []
    for number in range(15):
        service.address = f"2001:db8:0:{number:x}::1"
        statuses.append(service.log_in("alice", WRONG).status_code)
    assert statuses == [401] * 8 + [429] * 7


def test_an_unknown_account_is_limited_like_a_known_one(bob: Person) -> None:
    for login in ("bob", "nobody"):
        statuses = [bob.service.log_in(login, WRONG).status_code for _ in range(6)]
        assert statuses == [401] * 5 + [429]


def test_a_member_cannot_block_changes_to_another_account(
    alice: Person, bob: Person, charlie: Person
) -> None:
    path = f"/api/users/{bob.id}"
    for _ in range(25):
        assert charlie.patch(path, {"name": "x"}).status_code == 403
    guess = {"password": "another good password", "current_password": WRONG}
    for _ in range(25):
        assert charlie.patch(path, guess).status_code == 403
    assert bob.patch(path, {"name": "Robert"}).status_code == 200
    assert alice.patch(path, {"role": "guest"}).status_code == 200


def test_a_stolen_session_can_neither_guess_the_password_nor_block_its_change(bob: Person) -> None:
    stolen, own = bob.log_in()["access_token"], bob.log_in()["access_token"]
    guess = {"password": "another good password", "current_password": WRONG}
    statuses = [
        bob.put("/api/users/me/password", guess, token=stolen).status_code for _ in range(6)
    ]
    assert statuses == [403] * 5 + [429]
    right = guess | {"current_password": PASSWORD}
    assert bob.put("/api/users/me/password", right, token=stolen).status_code == 429
    assert bob.put("/api/users/me/password", right, token=own).status_code == 204


def test_a_change_without_a_password_is_not_limited_by_wrong_passwords(bob: Person) -> None:
    guess = {"password": "another good password", "current_password": WRONG}
    for _ in range(6):
        bob.patch(f"/api/users/{bob.id}", guess)
    assert bob.patch(f"/api/users/{bob.id}", guess).status_code == 429
    assert bob.patch(f"/api/users/{bob.id}", {"name": "Robert"}).status_code == 200


def _fail_until_refused(service: Service, login: str) -> None:
    for _ in range(50):
        if service.log_in(login, WRONG).status_code == 429:
            return
    raise AssertionError("guessing was never refused")
