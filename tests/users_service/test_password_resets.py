"""Links with which people choose a new password."""

from datetime import timedelta

from tests.users_service.conftest import PASSWORD, Person

NEW = "another correct horse"


def make_link(admin: Person, person: Person) -> str:
    """The path of the API for the link."""
    made = admin.post(f"/api/users/{person.id}/password-reset")
    assert made.status_code == 201, made.text
    assert made.json["url"].endswith(f"/reset/{made.json['id']}")
    return str(made.headers["Location"])


def test_a_link_sets_the_password_once_and_ends_all_access(alice: Person, bob: Person) -> None:
    service, session = bob.service, bob.log_in()
    link = make_link(alice, bob)
    assert service.get(link).json["nickname"] == "bob"

    assert service.post(link, {"password": NEW}).status_code == 204

    assert service.log_in("bob", PASSWORD).status_code == 401
    assert service.log_in("bob", NEW).status_code == 201
    assert bob.get("/api/users/me").status_code == 401
    refreshed = service.post("/api/sessions/refresh", {"session_token": session["session_token"]})
    assert refreshed.status_code == 401
    assert service.post(link, {"password": "a third correct horse"}).status_code == 404
    assert service.get(link).status_code == 404


def test_a_new_link_replaces_the_earlier_one(alice: Person, bob: Person) -> None:
    first, second = make_link(alice, bob), make_link(alice, bob)
    assert alice.service.get(first).status_code == 404
    assert alice.service.get(second).status_code == 200


def test_a_link_expires_after_a_day(alice: Person, bob: Person) -> None:
    link = make_link(alice, bob)
    alice.service.turn_back("password_resets.expires_at", timedelta(days=1, seconds=1))
    assert alice.service.post(link, {"password": NEW}).status_code == 404
    assert alice.service.log_in("bob", PASSWORD).status_code == 201


def test_a_link_ends_with_the_account(alice: Person, bob: Person) -> None:
    link = make_link(alice, bob)
    alice.patch(f"/api/users/{bob.id}", {"active": False})
    assert alice.service.get(link).status_code == 404
    assert alice.post(f"/api/users/{bob.id}/password-reset").status_code == 404


def test_a_weak_password_is_refused_and_the_link_stays(alice: Person, bob: Person) -> None:
    link = make_link(alice, bob)
    refused = alice.service.post(link, {"password": "password"})
    assert refused.status_code == 422
    assert alice.service.post(link, {"password": NEW}).status_code == 204


def test_a_guessed_link_is_not_found(alice: Person) -> None:
    assert alice.service.get("/api/password-resets/reset_guess").status_code == 404
    refused = alice.service.post("/api/password-resets/reset_guess", {"password": NEW})
    assert refused.status_code == 404


def test_only_administrators_list_inactive_accounts(alice: Person, bob: Person) -> None:
    alice.patch(f"/api/users/{bob.id}", {"active": False})
    listed = alice.get("/api/users?inactive=true").json
    assert [person["nickname"] for person in listed] == ["alice", "bob"]
    charlie = alice.service.sign_up("charlie")
    assert charlie.get("/api/users?inactive=true").status_code == 403
