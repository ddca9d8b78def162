"""users_service: people, sessions, API tokens, invites."""

import time

import pytest

from tests.contracts.doors import Door
from tests.contracts.shapes import PERSON, TIME, assert_problem, next_path
from tests.support.cast import PASSWORD, Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until


def details(name: str, **changes: str) -> dict[str, str]:
    unique = f"{name}{time.monotonic_ns()}"
    return {"name": name.title(), "nickname": unique, "email": f"{unique}@example.com"} | changes


def test_signing_up_returns_a_working_api_token(door: Door, dana: Person) -> None:
    answer = door.post("/api/users", json=details("emma", password=PASSWORD))

    assert answer.status_code == 201
    account = answer.json()
    assert account.keys() >= PERSON | {"email", "role", "token"}
    assert account["role"] == "member"
    assert "password" not in answer.text
    assert door.get("/api/messages", account["token"]).status_code == 200


def test_the_very_first_account_is_the_administrators(door: Door, dana: Person) -> None:
    assert door.get(f"/api/users/{dana.id}", dana).json()["role"] == "admin"


def test_an_account_without_a_password_works_with_its_tokens_only(door: Door, dana: Person) -> None:
    account = door.post("/api/users", json=details("emma")).json()

    assert door.get(f"/api/users/{account['id']}", account["token"]).status_code == 200
    for password, status in (("", 422), ("x", 401), (PASSWORD, 401)):
        body = {"login": account["nickname"], "password": password}
        assert door.post("/api/sessions", json=body).status_code == status


@pytest.mark.parametrize("field", ["nickname", "email"])
def test_nickname_and_email_are_unique_in_any_case(door: Door, alice: Person, field: str) -> None:
    taken = {"nickname": alice.nickname.upper(), "email": alice.email.upper()}[field]

    assert_problem(door.post("/api/users", json=details("emma", **{field: taken})), 409)


def test_only_the_owner_and_administrators_see_an_email(
    door: Door, alice: Person, bob: Person, dana: Person
) -> None:
    path = f"/api/users/{alice.id}"

    assert door.get(path, alice).json()["email"] == alice.email
    assert door.get(path, dana).json()["email"] == alice.email
    assert alice.email not in door.get(path, bob).text
    assert alice.email not in door.get(f"/api/users?q={alice.nickname}", bob).text


def test_people_are_found_by_part_of_a_name_and_by_id(
    door: Door, alice: Person, bob: Person, charlie: Person
) -> None:
    by_name = door.get(f"/api/users?q={alice.nickname[1:].upper()}", bob).json()
    assert alice.id in [person["id"] for person in by_name]
    by_id = door.get(f"/api/users?ids={alice.id},{charlie.id}", bob).json()
    assert [person["id"] for person in by_id] == [alice.id, charlie.id]


def test_people_are_listed_in_pages(
    door: Door, alice: Person, bob: Person, charlie: Person
) -> None:
    seen, path = [], "/api/users?limit=2"
    while path:
        answer = door.get(path, alice)
        assert isinstance(answer.json(), list)
        assert len(answer.json()) <= 2
        seen += [person["id"] for person in answer.json()]
        path = next_path(answer) or ""

    assert seen == sorted(set(seen))
    assert {alice.id, bob.id, charlie.id} <= set(seen)


def test_people_change_only_their_own_account(door: Door, stack: Stack, bob: Person) -> None:
    emma = stack.sign_up("alice")

    changed = door.patch(f"/api/users/{emma.id}", emma, json={"name": "Emma  Ω"})
    assert changed.status_code == 200
    assert door.get(f"/api/users/{emma.id}", bob).json()["name"] == changed.json()["name"]
    assert_problem(door.patch(f"/api/users/{emma.id}", bob, json={"name": "Bob"}), 403)
    assert_problem(door.patch(f"/api/users/{emma.id}", emma, json={"role": "admin"}), 403)


def test_a_new_name_appears_on_old_messages(door: Door, stack: Stack, bob: Person) -> None:
    emma = stack.sign_up("alice")
    message = door.send(emma, recipient_id=bob.id)
    door.patch(f"/api/users/{emma.id}", emma, json={"name": "Renamed"})

    def shown() -> bool:
        author = door.get(f"/api/messages/{message['id']}", bob).json()["author"]
        return bool(author["name"] == "Renamed")

    wait_until(shown, 10, what="the new name is in the history")


def test_deactivating_a_person_keeps_their_messages(door: Door, stack: Stack, bob: Person) -> None:
    emma = stack.sign_up("alice")
    message = door.send(emma, recipient_id=bob.id)

    assert door.delete(f"/api/users/{emma.id}", emma).status_code == 204

    wait_until(lambda: door.get("/api/messages", emma).status_code == 401, 20)
    shown = door.get(f"/api/messages/{message['id']}", bob).json()
    assert shown["author"]["name"] == emma.name
    assert emma.id not in [p["id"] for p in door.get(f"/api/users?q={emma.nickname}", bob).json()]


def test_a_session_is_created_with_nickname_or_email(door: Door, alice: Person) -> None:
    for login in (alice.nickname, alice.nickname.upper(), alice.email):
        answer = door.post("/api/sessions", json={"login": login, "password": alice.password})

        assert answer.status_code == 201
        session = answer.json()
        assert session.keys() >= {"access_token", "expires_in", "session_token", "user"}
        assert session["user"]["id"] == alice.id
        assert door.get("/api/messages", session["access_token"]).status_code == 200


def test_a_failed_login_does_not_reveal_whether_the_account_exists(
    door: Door, alice: Person
) -> None:
    answers = [
        door.post("/api/sessions", json={"login": login, "password": "wrong " + alice.password})
        for login in (alice.nickname, f"nobody{time.monotonic_ns()}")
    ]

    first, second = (assert_problem(answer, 401) for answer in answers)
    assert first | {"request_id": ""} == second | {"request_id": ""}


def test_a_session_is_refreshed_listed_and_ended(door: Door, alice: Person) -> None:
    login = {"login": alice.nickname, "password": alice.password}
    session = door.post("/api/sessions", json=login).json()

    refreshed = door.post("/api/sessions/refresh", json={"session_token": session["session_token"]})
    assert refreshed.status_code == 200
    access = refreshed.json()["access_token"]
    listed = door.get("/api/sessions", access).json()
    current = next(entry for entry in listed if entry["current"])
    assert TIME.fullmatch(current["created_at"])
    assert session["session_token"] not in str(listed)

    assert door.delete(f"/api/sessions/{current['id']}", access).status_code == 204

    wait_until(lambda: door.get("/api/messages", access).status_code == 401, 20)
    again = door.post("/api/sessions/refresh", json={"session_token": session["session_token"]})
    assert_problem(again, 401)


def test_another_persons_session_cannot_be_ended(door: Door, alice: Person, bob: Person) -> None:
    login = {"login": alice.nickname, "password": alice.password}
    session = door.post("/api/sessions", json=login).json()
    current = next(
        s for s in door.get("/api/sessions", session["access_token"]).json() if s["current"]
    )

    assert_problem(door.delete(f"/api/sessions/{current['id']}", bob), 404)
    assert door.get("/api/messages", session["access_token"]).status_code == 200


def test_an_api_token_is_made_listed_without_its_secret_and_revoked(
    door: Door, alice: Person
) -> None:
    made = door.post("/api/tokens", alice, json={"name": "script"})
    assert made.status_code == 201
    token = made.json()["token"]
    assert token.startswith("parley_")
    listed = door.get("/api/tokens", alice)
    assert made.json()["id"] in [entry["id"] for entry in listed.json()]
    assert token not in listed.text
    assert door.get("/api/messages", token).status_code == 200

    assert door.delete(f"/api/tokens/{made.json()['id']}", alice).status_code == 204

    wait_until(lambda: door.get("/api/messages", token).status_code == 401, 20)


def test_a_read_only_token_cannot_write(door: Door, alice: Person, bob: Person) -> None:
    body = {"name": "reader", "scopes": ["read"]}
    token = door.post("/api/tokens", alice, json=body).json()["token"]

    assert door.get("/api/messages", token).status_code == 200
    answer = door.post("/api/messages", token, json={"content": "no", "recipient_id": bob.id})
    assert_problem(answer, 403)


def test_invites_are_for_administrators(door: Door, alice: Person, dana: Person) -> None:
    assert_problem(door.post("/api/invites", alice, json={}), 403)
    made = door.post("/api/invites", dana, json={})
    assert made.status_code == 201
    assert made.json()["id"] in [invite["id"] for invite in door.get("/api/invites", dana).json()]
    assert door.delete(f"/api/invites/{made.json()['id']}", dana).status_code == 204


def test_public_keys_are_published_without_private_ones(door: Door) -> None:
    answer = door.get("/.well-known/jwks.json")

    assert answer.status_code == 200
    assert answer.json()["keys"]
    for key in answer.json()["keys"]:
        assert key.keys() >= {"kid", "kty", "crv", "x"}
        assert "d" not in key
