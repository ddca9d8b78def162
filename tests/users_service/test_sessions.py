"""Logging in, going on, logging out."""

import statistics
import threading
import time
from datetime import timedelta

import jwt
import pytest

from servicekit.identity.verify import API_AUDIENCE, REALTIME_AUDIENCE, checked_claims
from servicekit.web.errors import Unauthorized
from tests.users_service.conftest import PASSWORD, MakeService, Person, Service
from users_service import passwords
from users_service.context import current_context


def test_login_accepts_nickname_or_email_in_any_case(alice: Person) -> None:
    for login in ("alice", "ALICE", "alice@example.com", "Alice@Example.COM"):
        answer = alice.service.log_in(login)
        assert answer.status_code == 201
        session = answer.json
        assert session["user"]["email"] == alice.email
        assert session["expires_in"] == 900
        me = alice.get("/api/users/me", token=session["access_token"])
        assert me.json["id"] == alice.id


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(bob: Person) -> None:
    bob.service.sign_up("robot", password=None)
    gone = bob.service.sign_up("dana")
    gone.delete(f"/api/users/{gone.id}")
    answers = []
    for login, password in (
        ("bob", "wrong password"),
        ("nobody", PASSWORD),
        ("nobody@example.com", PASSWORD),
        ("robot", PASSWORD),
        ("dana", PASSWORD),
    ):
        answer = bob.service.log_in(login, password)
        answers.append((answer.status_code, answer.json | {"request_id": None}))
        assert "WWW-Authenticate" in answer.headers
    assert answers[0][0] == 401
    assert all(answer == answers[0] for answer in answers)


def test_known_and_unknown_accounts_take_the_same_time(make_service: MakeService) -> None:
    service = make_service(password_time_cost=2)
    service.sign_up("bob")

    def median_time(login: str) -> float:
        times = []
        for _ in range(7):
            started = time.process_time()
            service.log_in(login, "wrong password")
            times.append(time.process_time() - started)
        return statistics.median(times)

    unknown, known = median_time("nobody"), median_time("bob")
    assert 0.6 < unknown / known < 1.6


def test_a_session_is_refreshed_with_its_token(bob: Person) -> None:
    session = bob.log_in()
    answer = bob.service.post("/api/sessions/refresh", {"session_token": session["session_token"]})
    assert answer.status_code == 200
    assert answer.json["user"]["id"] == bob.id
    assert bob.get("/api/users/me", token=answer.json["access_token"]).status_code == 200


@pytest.mark.parametrize("token", ["session_nonsense", "x", "\u00e4" * 43])
def test_an_invalid_session_token_is_rejected(bob: Person, token: str) -> None:
    answer = bob.service.post("/api/sessions/refresh", {"session_token": token})
    assert answer.status_code == 401


def test_after_logging_out_neither_token_works(bob: Person) -> None:
    session = bob.log_in()
    assert bob.delete("/api/sessions/current", token=session["access_token"]).status_code == 204
    assert bob.get("/api/users/me", token=session["access_token"]).status_code == 401
    refreshed = bob.service.post(
        "/api/sessions/refresh", {"session_token": session["session_token"]}
    )
    assert refreshed.status_code == 401
    assert ("session.revoked", {"sid": f"s{session['session_id']}", "user_id": bob.id}) in (
        bob.service.feed()
    )


def test_people_list_and_end_only_their_own_sessions(alice: Person, bob: Person) -> None:
    here, there = bob.log_in(), bob.log_in()
    listed = bob.get("/api/sessions", token=here["access_token"]).json
    assert {entry["id"]: entry["current"] for entry in listed} == {
        here["session_id"]: True,
        there["session_id"]: False,
    }
    path = f"/api/sessions/{there['session_id']}"
    assert alice.delete(path).status_code == 404
    assert bob.delete(path).status_code == 204
    assert bob.delete(path).status_code == 404
    assert bob.get("/api/users/me", token=there["access_token"]).status_code == 401
    assert bob.get("/api/users/me", token=here["access_token"]).status_code == 200


@pytest.mark.parametrize(
    ("column", "by"),
    [
        ("sessions.last_used_at", timedelta(days=14, seconds=1)),
        ("sessions.expires_at", timedelta(days=90, seconds=1)),
    ],
)
def test_a_session_ends_after_its_idle_timeout_or_maximum_age(
    bob: Person, column: str, by: timedelta
) -> None:
    session = bob.log_in()
    bob.service.turn_back(column, by)
    refreshed = bob.service.post(
        "/api/sessions/refresh", {"session_token": session["session_token"]}
    )
    assert refreshed.status_code == 401
    assert bob.get("/api/sessions").json == []


def test_an_access_token_does_not_outlive_its_session(bob: Person) -> None:
    session = bob.log_in()
    bob.service.turn_back("sessions.expires_at", timedelta(days=90) - timedelta(seconds=100))
    refreshed = bob.service.post(
        "/api/sessions/refresh", {"session_token": session["session_token"]}
    )
    assert 90 < refreshed.json["expires_in"] <= 100


def test_a_new_password_ends_all_other_sessions(bob: Person) -> None:
    here, there = bob.log_in(), bob.log_in()
    change = {"password": "another good password", "current_password": PASSWORD}
    answer = bob.put("/api/users/me/password", change, token=here["access_token"])
    assert answer.status_code == 204
    assert bob.get("/api/users/me", token=here["access_token"]).status_code == 200
    assert bob.get("/api/users/me", token=there["access_token"]).status_code == 401
    revoked = [data for kind, data in bob.service.feed() if kind == "session.revoked"]
    assert {"sid": f"s{there['session_id']}", "user_id": bob.id} in revoked
    assert {"sid": f"s{here['session_id']}", "user_id": bob.id} not in revoked
    assert bob.service.log_in("bob").status_code == 401
    assert bob.service.log_in("bob", "another good password").status_code == 201


def test_a_weaker_password_hash_is_replaced_at_login(
    make_service: MakeService,
) -> None:
    make_service().sign_up("alice")
    stronger = make_service(password_time_cost=3)
    column = "SELECT password_hash FROM users"
    assert ",t=2," in stronger.scalar(column)
    assert stronger.log_in("alice").status_code == 201
    assert ",t=3," in stronger.scalar(column)
    assert stronger.log_in("alice").status_code == 201


def test_concurrent_logins_may_all_replace_the_hash(make_service: MakeService) -> None:
    make_service().sign_up("alice")
    stronger = make_service(password_time_cost=3)
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(stronger.log_in("alice").status_code))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [201] * 4


def test_passwords_are_stored_as_argon2id_at_asvs_strength(make_service: MakeService) -> None:
    service = make_service(password_time_cost=2)
    service.sign_up("alice")
    stored = service.scalar("SELECT password_hash FROM users")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_secrets_are_stored_only_as_hashes(bob: Person) -> None:
    session = bob.log_in()
    assert bob.service.scalar("SELECT token_hash FROM sessions") != session["session_token"]
    assert bob.token not in bob.service.scalar("SELECT max(token_hash) FROM api_tokens")
    assert "PRIVATE KEY" in bob.service.scalar("SELECT private_pem FROM signing_keys")
    assert "ENCRYPTED" in bob.service.scalar("SELECT private_pem FROM signing_keys")


def test_many_concurrent_logins_all_succeed(
    make_service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "TURN_SECONDS", 60)  # a busy machine hashes slowly
    service = make_service(password_hashers=2)
    service.sign_up("alice")
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(service.log_in("alice").status_code))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [201] * 16


def test_a_login_that_waits_too_long_for_its_turn_is_refused(
    make_service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "TURN_SECONDS", 0.1)
    service = make_service(password_hashers=1)
    service.sign_up("alice")
    with service.app.app_context():
        hashers = current_context().passwords
    is_over = threading.Event()
    hashers._threads.submit(is_over.wait)
    refused = service.log_in("alice")
    is_over.set()
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    assert service.log_in("alice").status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"login": "bob"},
        {"login": "bob", "password": None},
        {"login": 7, "password": "x"},
        {"login": "bob\x00", "password": PASSWORD},
        {"login": "x" * 400, "password": PASSWORD},
        {"login": "bob", "password": "x" * 2000},
        {"login": "bob", "password": PASSWORD, "remember": True},
    ],
)
def test_an_invalid_login_is_rejected(shared_service: Service, body: object) -> None:
    assert shared_service.post("/api/sessions", body).status_code == 422


class TestTicket:
    def test_a_ticket_opens_a_socket_and_nothing_else(self, bob: Person) -> None:
        session = bob.log_in()
        answer = bob.post("/api/sessions/ticket", token=session["access_token"])
        assert answer.status_code == 200
        assert answer.json["expires_in"] == 30
        claims = _claims(bob, answer.json["token"], REALTIME_AUDIENCE)
        assert claims["sub"] == str(bob.id)
        assert claims["sid"] == f"s{session['session_id']}"
        assert claims["jti"]
        assert bob.get("/api/users/me", token=answer.json["token"]).status_code == 401

    def test_an_api_token_gets_a_ticket(self, bob: Person) -> None:
        answer = bob.post("/api/sessions/ticket")
        claims = _claims(bob, answer.json["token"], REALTIME_AUDIENCE)
        assert claims["sub"] == str(bob.id)
        assert str(claims["sid"]).startswith("t")

    def test_a_ticket_needs_a_token(self, bob: Person) -> None:
        assert bob.service.post("/api/sessions/ticket").status_code == 401


class TestForgery:
    def test_only_tokens_of_our_keys_for_this_audience_are_valid(self, bob: Person) -> None:
        good = bob.log_in()["access_token"]
        claims = jwt.decode(good, options={"verify_signature": False})
        kid = jwt.get_unverified_header(good)["kid"]
        header, payload, signature = good.split(".")
        ticket = bob.post("/api/sessions/ticket").json["token"]
        forged = [
            jwt.encode(claims, "", "none", {"kid": kid}),
            jwt.encode(claims, "s" * 32, "HS256", {"kid": kid}),
            jwt.encode(claims, "s" * 32, "HS256", {"kid": "../../dev/null"}),
            f"{header}.{payload}.{signature[:-4]}AAAA",
            f"{header}.{payload}.",
            f"{header}.{payload}",
            ticket,
            "x",
            "a.b.c",
            "\x7f",
            "parley_" + "x" * 43,
        ]
        for token in forged:
            assert bob.get("/api/users/me", token=token).status_code == 401, token
        assert bob.get("/api/users/me", token=good).status_code == 200


def _claims(person: Person, token: str, audience: str = API_AUDIENCE) -> dict[str, object]:
    published = person.service.get("/.well-known/jwks.json").json["keys"]
    keys = {key["kid"]: jwt.PyJWK(key) for key in published}

    def key_for(kid: str) -> jwt.PyJWK:
        if kid not in keys:
            raise Unauthorized()
        return keys[kid]

    return checked_claims(token, audience, key_for)


def test_a_login_ends_the_session_that_the_browser_had_before(bob: Person) -> None:
    old = bob.log_in()
    body = {"login": "bob", "password": PASSWORD, "replaces": old["session_token"]}
    assert bob.service.post("/api/sessions", body).status_code == 201
    assert bob.get("/api/users/me", token=old["access_token"]).status_code == 401
    refresh = {"session_token": old["session_token"]}
    assert bob.service.post("/api/sessions/refresh", refresh).status_code == 401
    assert bob.service.post("/api/sessions", body | {"replaces": "nonsense"}).status_code == 201


def test_a_failed_login_ends_no_session(bob: Person) -> None:
    old = bob.log_in()
    body = {"login": "bob", "password": "wrong password", "replaces": old["session_token"]}
    assert bob.service.post("/api/sessions", body).status_code == 401
    assert bob.get("/api/users/me", token=old["access_token"]).status_code == 200


def test_all_other_sessions_end_at_once(bob: Person) -> None:
    here, there, elsewhere = bob.log_in(), bob.log_in(), bob.log_in()
    answer = bob.delete("/api/sessions/others", token=here["access_token"])
    assert answer.status_code == 204
    assert [
        entry["current"] for entry in bob.get("/api/sessions", token=here["access_token"]).json
    ] == [True]
    for ended in (there, elsewhere):
        assert bob.get("/api/users/me", token=ended["access_token"]).status_code == 401
    assert bob.get("/api/users/me").status_code == 200


def test_an_admin_ends_all_sessions_of_a_person_but_no_token(alice: Person, bob: Person) -> None:
    session = bob.log_in()
    for _ in range(2):
        assert alice.delete(f"/api/users/{bob.id}/sessions").status_code == 204
    assert bob.get("/api/users/me", token=session["access_token"]).status_code == 401
    assert bob.get("/api/users/me").status_code == 200
    assert alice.delete("/api/users/99/sessions").status_code == 404
    assert bob.delete(f"/api/users/{alice.id}/sessions").status_code == 403
