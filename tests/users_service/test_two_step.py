"""Codes of an authenticator app, and recovery codes, as the second step of a login."""

from typing import Any

import pytest

from tests.support.in_process import Answer
from tests.users_service.conftest import PASSWORD, SECRET, MakeService, Person, Service
from tests.users_service.two_step import PATH, ask, turn_on
from users_service.actions.beginning import SECOND_STEP_LIFETIME
from users_service.actions.confirming import CONFIRMED_FOR
from users_service.actions.two_step import reseal
from users_service.context import current_context


def finish(service: Service, challenge: str, code: str) -> Answer:
    return service.post("/api/sessions/second-step", {"challenge": challenge, "code": code})


def test_a_login_needs_a_code_of_the_app(bob: Person) -> None:
    service = bob.service
    app, _ = turn_on(bob)
    assert service.log_in("bob", "wrong horse battery").json["type"].endswith("wrong-login")
    assert service.log_in("alice").status_code == 201

    challenge = ask(service)
    assert finish(service, challenge, "000000").status_code == 401
    answer = finish(service, challenge, app.code())
    assert answer.status_code == 201, answer.text
    assert bob.get("/api/users/me", token=answer.json["access_token"]).json["nickname"] == "bob"
    assert bob.get("/api/users/me").status_code == 200  # API tokens need no code


def test_a_code_is_accepted_once_and_a_challenge_too(bob: Person) -> None:
    service = bob.service
    app, _ = turn_on(bob)
    first, second = ask(service), ask(service)
    assert finish(service, first, app.code()).status_code == 201
    assert finish(service, second, app.code()).json["type"].endswith("wrong-code")
    assert finish(service, first, app.code(1)).json["type"].endswith("begin-again")
    assert finish(service, second, app.code(1)).status_code == 201
    assert finish(service, ask(service), app.code(0)).status_code == 401  # older than the last


def test_the_clock_of_the_app_may_be_a_step_early_or_late(bob: Person) -> None:
    app, _ = turn_on(bob)
    challenge = ask(bob.service)
    for offset in (-2, -1, 2, 3):
        assert finish(bob.service, challenge, app.code(offset)).status_code == 401
    assert finish(bob.service, challenge, app.code(1)).status_code == 201


def test_a_recovery_code_works_once(bob: Person) -> None:
    service = bob.service
    _, codes = turn_on(bob)
    assert len(set(codes)) == 10
    typed = codes[0].upper().replace("-", " ")
    answer = finish(service, ask(service), typed)
    assert answer.status_code == 201
    token = answer.json["access_token"]
    assert bob.get("/api/users/me/sign-in", token=token).json["two_step"][
        "recovery_codes_left"
    ] == (9)
    assert finish(service, ask(service), codes[0]).status_code == 401

    renewed = bob.post(f"{PATH}/recovery-codes", token=token).json["recovery_codes"]
    assert finish(service, ask(service), codes[1]).status_code == 401
    assert finish(service, ask(service), renewed[1]).status_code == 201


def test_five_wrong_codes_end_the_challenge_and_more_the_attempts(bob: Person) -> None:
    service = bob.service
    app, _ = turn_on(bob)
    challenge = ask(service)
    service.address = "127.0.0.2"
    statuses = [finish(service, challenge, "000000").status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    service.address = "127.0.0.3"
    assert finish(service, challenge, app.code()).json["type"].endswith("begin-again")
    assert finish(service, ask(service), app.code()).status_code == 201


def test_a_challenge_ends_after_ten_minutes(bob: Person) -> None:
    app, _ = turn_on(bob)
    challenge = ask(bob.service)
    bob.service.turn_back("challenges.expires_at", SECOND_STEP_LIFETIME)
    assert finish(bob.service, challenge, app.code()).json["type"].endswith("begin-again")


def test_setting_up_needs_a_session_with_a_recent_password(bob: Person) -> None:
    service, session = bob.service, bob.log_in()
    token = session["access_token"]
    assert bob.post(PATH).json["type"].endswith("session-needed")
    service.turn_back("sessions.confirmed_at", CONFIRMED_FOR)
    assert bob.post(PATH, token=token).json["type"].endswith("confirmation-needed")
    path = "/api/sessions/current/confirmation"
    assert bob.put(path, {"password": "wrong horse"}, token=token).status_code == 403
    assert bob.put(path, {"password": PASSWORD}, token=token).status_code == 204
    assert bob.post(PATH, token=token).status_code == 200


def test_nothing_changes_before_the_first_code(bob: Person) -> None:
    token = bob.log_in()["access_token"]
    assert bob.post(f"{PATH}/confirm", {"code": "000000"}, token=token).status_code == 409
    bob.post(PATH, token=token)
    assert bob.post(f"{PATH}/confirm", {"code": "000000"}, token=token).status_code == 422
    assert bob.service.log_in("bob").status_code == 201
    assert bob.get("/api/users/me/sign-in", token=token).json["two_step"] is None


def test_the_second_step_is_turned_off_by_its_person_only_after_the_password(bob: Person) -> None:
    service = bob.service
    app, _ = turn_on(bob)
    token = finish(service, ask(service), app.code()).json["access_token"]
    service.turn_back("sessions.confirmed_at", CONFIRMED_FOR)
    assert bob.delete(PATH, token=token).status_code == 403
    confirmation = {"password": PASSWORD}
    bob.put("/api/sessions/current/confirmation", confirmation, token=token)
    assert [bob.delete(PATH, token=token).status_code for _ in range(2)] == [204, 204]
    assert service.log_in("bob").status_code == 201
    assert service.scalar("SELECT count(*) FROM recovery_codes") == 0


def test_an_administrator_removes_the_second_step_of_a_lost_device(
    alice: Person, bob: Person
) -> None:
    service = bob.service
    app, _ = turn_on(bob)
    session = finish(service, ask(service), app.code()).json
    path = f"/api/users/{bob.id}/two-step"
    assert bob.delete(path).status_code == 403
    assert [alice.delete(path).status_code for _ in range(2)] == [204, 204]
    refreshed = service.post("/api/sessions/refresh", {"session_token": session["session_token"]})
    assert refreshed.status_code == 401
    assert service.log_in("bob").status_code == 201


def test_a_reset_password_does_not_end_the_second_step(alice: Person, bob: Person) -> None:
    turn_on(bob)
    link = alice.post(f"/api/users/{bob.id}/password-reset").headers["Location"]
    new = "another correct horse"
    assert bob.service.post(link, {"password": new}).status_code == 204
    assert bob.service.log_in("bob", new).json["type"].endswith("second-factor-required")


def test_a_deactivated_person_cannot_finish_a_login(alice: Person, bob: Person) -> None:
    app, _ = turn_on(bob)
    challenge = ask(bob.service)
    alice.patch(f"/api/users/{bob.id}", {"active": False})
    assert finish(bob.service, challenge, app.code()).status_code == 401


def test_the_stored_secret_is_encrypted_and_outlives_a_new_service_secret(
    make_service: MakeService,
) -> None:
    service = make_service()
    bob = service.sign_up("bob")
    app, _ = turn_on(bob)
    stored = service.scalar("SELECT sealed_secret FROM authenticator_apps")
    assert app._totp.secret not in stored
    new = "tests-only-" + "n" * 32
    renewed = make_service(service_secret=new, service_secret_fallback=SECRET)
    with renewed.app.app_context():
        reseal(current_context())
    after = make_service(service_secret=new)
    assert finish(after, ask(after), app.code()).status_code == 201


@pytest.mark.parametrize("code", ["", "x" * 65, 123456, None, "１２３４５６"])
def test_an_invalid_code_is_refused(bob: Person, code: Any) -> None:
    turn_on(bob)
    body = {"challenge": ask(bob.service), "code": code}
    answer = bob.service.post("/api/sessions/second-step", body)
    assert answer.status_code in (401, 422)


def test_administrators_see_which_logins_have_a_second_step(alice: Person, bob: Person) -> None:
    bob.post(PATH, token=bob.log_in()["access_token"])
    listed = "/api/users?inactive=true"
    assert [each["two_step"] for each in alice.get(listed).json] == [False, False]
    turn_on(bob)
    assert [each["two_step"] for each in alice.get(listed).json] == [False, True]
    assert [each["passkeys"] for each in alice.get(listed).json] == [0, 0]
    assert all("two_step" not in each for each in bob.get("/api/users").json)
