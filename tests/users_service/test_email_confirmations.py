"""Addresses are confirmed by a link before anything else is sent to them."""

import re
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller

from tests.support.mail_server import Inbox, running_mail_server
from tests.users_service.conftest import PASSWORD, MakeService, Service
from users_service.actions.mails import CONFIRMATION_LIFETIME, send_due
from users_service.context import current_context


@pytest.fixture
def mail_server() -> Iterator[Controller]:
    with running_mail_server() as controller:
        yield controller


@pytest.fixture
def inbox(mail_server: Controller) -> Inbox:
    handler: Inbox = mail_server.handler
    return handler


@pytest.fixture
def service(make_service: MakeService, mail_server: Controller) -> Service:
    smtp = {"smtp_host": "127.0.0.1", "smtp_port": mail_server.port, "smtp_security": "none"}
    return make_service(**smtp, public_url="https://x.io", confirmed_emails_only=True)


def send(service: Service) -> None:
    with service.app.app_context():
        send_due(current_context())


def last_link(inbox: Inbox) -> str:
    """The path of the API for the link of the last e-mail."""
    found = re.search(r"https://x\.io/confirm-email/(\S+)", str(inbox.received[-1].get_content()))
    assert found, inbox.received[-1].get_content()
    return f"/api/users/email-confirmations/{found[1]}"


def test_a_new_address_gets_no_link_for_a_password_until_it_is_confirmed(
    service: Service, inbox: Inbox
) -> None:
    alice = service.sign_up("alice")
    service.post("/api/password-resets", {"email": "alice@example.com"})
    send(service)
    assert [mail["Subject"] for mail in inbox.received] == ["Confirm your e-mail address"]
    assert alice.get("/api/users/me").json["email_confirmed"] is False

    before = service.last_seq()
    for _ in range(2):
        assert service.put(last_link(inbox)).status_code == 204
    assert alice.get("/api/users/me").json["email_confirmed"] is True
    assert [entry["email_confirmed"] for _, entry in service.feed(before)] == [True]
    assert alice.get("/api/audit?action=email.confirmed").json[0]["user_id"] == alice.id
    service.post("/api/password-resets", {"email": "alice@example.com"})
    send(service)
    assert inbox.received[-1]["Subject"] == "New password"


def test_another_address_has_to_be_confirmed_again(service: Service, inbox: Inbox) -> None:
    bob = service.sign_up("alice") and service.sign_up("bob")
    send(service)
    old = last_link(inbox)
    changes = {"email": "robert@example.com", "current_password": PASSWORD}
    assert bob.patch("/api/users/me", changes).json["email_confirmed"] is False
    assert service.put(old).status_code == 404
    send(service)
    assert inbox.received[-1]["To"] == "Bob <robert@example.com>"
    assert service.put(last_link(inbox)).status_code == 204


def test_a_link_is_sent_again_on_request_until_the_address_is_confirmed(
    service: Service, inbox: Inbox
) -> None:
    alice = service.sign_up("alice")
    for count in (2, 2):
        answer = alice.post("/api/users/me/email-confirmation")
        assert (answer.status_code, answer.json["by_email"]) == (202, True)
        send(service)
        service.put(last_link(inbox))
        assert len(inbox.received) == count


@pytest.mark.parametrize(
    ("link", "status"),
    [
        ("x", 404),
        ("gAAAAABk", 404),
        ("a" * 300, 404),
        ("%00", 422),
        ("%9A", 422),
        ("a" * 2000, 422),
    ],
)
def test_a_guessed_link_confirms_nothing(service: Service, link: str, status: int) -> None:
    service.sign_up("alice")
    assert service.put(f"/api/users/email-confirmations/{link}").status_code == status
    assert service.scalar("SELECT count(*) FROM users WHERE email_verified_at IS NOT NULL") == 0


def test_a_link_ends_after_a_week(
    service: Service, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("users_service.actions.mails.CONFIRMATION_LIFETIME", -CONFIRMATION_LIFETIME)
    service.sign_up("alice")
    send(service)
    assert service.put(last_link(inbox)).status_code == 404


def test_without_a_mail_server_nothing_is_sent(make_service: MakeService) -> None:
    service = make_service()
    alice = service.sign_up("alice")
    answer = alice.post("/api/users/me/email-confirmation")
    assert (answer.status_code, answer.json["by_email"]) == (202, False)
    assert service.scalar("SELECT count(*) FROM mails") == 0
