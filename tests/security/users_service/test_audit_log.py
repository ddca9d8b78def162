"""The log names who did what to whom, and which requests were refused."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.users_service.conftest import PASSWORD, Apps, MakeService, Person, Service, account

Line = dict[str, Any]
ReadLog = Callable[..., list[Line]]


@pytest.fixture
def read_log(caplog: pytest.LogCaptureFixture) -> Iterator[ReadLog]:
    """`read_log("refused")`: the test's log entries of that name."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def read(event: str) -> list[Line]:
        entries = [entry.msg for entry in caplog.records if isinstance(entry.msg, dict)]
        return [entry for entry in entries if entry["event"] == event]

    yield read
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def apps() -> Apps:
    """Of each test's own: to make one directs the log."""
    return Apps()


@pytest.fixture
def service(read_log: ReadLog, make_service: MakeService) -> Service:
    """Logs as in production."""
    return make_service(log_level="INFO", log_format="json", rate_changes="20")


def test_a_request_line_names_the_person(bob: Person, capsys: pytest.CaptureFixture[str]) -> None:
    assert bob.get("/api/users/me").status_code == 200
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert (line["method"], line["path"], line["status"]) == ("GET", "/api/users/me", 200)
    assert line["user_id"] == bob.id
    assert line["request_id"]


def test_a_forbidden_request_is_logged(bob: Person, read_log: ReadLog) -> None:
    assert bob.post("/api/invites", {}).status_code == 403
    (line,) = read_log("refused")
    assert (line["status"], line["method"], line["path"]) == (403, "POST", "/api/invites")
    assert line["user_id"] == bob.id
    assert line["level"] == "warning"


def test_a_request_beyond_a_rate_limit_is_logged(bob: Person, read_log: ReadLog) -> None:
    path = f"/api/users/{bob.id}"
    while bob.patch(path, {"name": "Bob"}).status_code == 200:
        pass
    (line,) = read_log("refused")
    assert (line["status"], line["code"]) == (429, "too-many-requests")
    assert (line["path"], line["user_id"]) == (path, bob.id)


@pytest.mark.parametrize("token", ["parley_guessed", "not.a.token"])
def test_an_invalid_token_is_logged_without_the_token(
    bob: Person, read_log: ReadLog, caplog: pytest.LogCaptureFixture, token: str
) -> None:
    assert bob.get("/api/users/me", token=token).status_code == 401
    (line,) = read_log("refused")
    assert (line["status"], line["code"]) == (401, "token-invalid")
    assert token not in caplog.text


def test_a_request_without_a_token_is_not_logged_as_a_warning(
    service: Service, read_log: ReadLog
) -> None:
    assert service.get("/api/users/me").status_code == 401
    assert read_log("refused") == []


def test_a_wrong_password_is_logged_with_the_address(bob: Person, read_log: ReadLog) -> None:
    bob.service.address = "192.0.2.7"
    bob.service.log_in("bob", "a wrong password")
    (line,) = read_log("login failed")
    assert (line["user_id"], line["address"]) == (bob.id, "192.0.2.7")


def test_a_change_of_role_is_logged(alice: Person, bob: Person, read_log: ReadLog) -> None:
    assert alice.patch(f"/api/users/{bob.id}", {"role": "admin"}).status_code == 200
    (line,) = read_log("role changed")
    assert (line["user_id"], line["to"], line["by"]) == (bob.id, "admin", alice.id)


def test_a_reactivation_is_logged(alice: Person, bob: Person, read_log: ReadLog) -> None:
    assert alice.delete(f"/api/users/{bob.id}").status_code in (200, 204)
    assert alice.patch(f"/api/users/{bob.id}", {"active": True}).status_code == 200
    (line,) = read_log("active changed")
    assert (line["user_id"], line["to"], line["by"]) == (bob.id, True, alice.id)


def test_an_admins_change_of_another_profile_is_logged_without_its_values(
    alice: Person, bob: Person, read_log: ReadLog
) -> None:
    changes = {"name": "Robert", "email": "robert@example.com"}
    assert alice.patch(f"/api/users/{bob.id}", changes).status_code == 200
    (line,) = read_log("profile changed")
    assert (line["user_id"], line["fields"], line["by"]) == (bob.id, ["name", "email"], alice.id)
    assert "robert@example.com" not in str(line)


def test_the_invite_of_a_new_account_is_logged(alice: Person, read_log: ReadLog) -> None:
    invite = alice.post("/api/invites", {}).json
    made = alice.service.post("/api/users", account("eve") | {"invite": invite["token"]}).json
    line = read_log("account made")[-1]
    assert (line["user_id"], line["invite"]) == (made["id"], invite["id"])


def test_a_password_set_on_the_command_line_is_logged(bob: Person, read_log: ReadLog) -> None:
    new = "another good password"
    bob.service.app.test_cli_runner().invoke(
        args=("people", "set-password", "bob"), input=f"{new}\n{new}\n"
    )
    (line,) = read_log("password set")
    assert (line["user_id"], line["by"]) == (bob.id, "command line")


def test_a_change_of_password_is_logged_without_passwords(
    bob: Person, read_log: ReadLog, caplog: pytest.LogCaptureFixture
) -> None:
    new = "another good password"
    change = {"password": new, "current_password": PASSWORD}
    assert bob.put("/api/users/me/password", change).status_code in (200, 204)
    (line,) = read_log("password changed")
    assert (line["user_id"], line["by"]) == (bob.id, bob.id)
    assert new not in caplog.text
    assert PASSWORD not in caplog.text
