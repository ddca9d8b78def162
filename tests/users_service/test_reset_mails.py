"""Links for a new password by e-mail."""

import re
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller

from tests.support.in_process import Answer
from tests.support.mail_server import Inbox, running_mail_server
from tests.users_service.conftest import PASSWORD, MakeService, Service
from users_service.actions.mails import FIRST_PAUSE, GIVEN_UP_AFTER, LINK_LIFETIME, send_due
from users_service.context import current_context

NEW = "another correct horse"


@pytest.fixture(scope="module")
def mail_server() -> Iterator[Controller]:
    with running_mail_server() as controller:
        yield controller


@pytest.fixture
def inbox(mail_server: Controller) -> Inbox:
    handler: Inbox = mail_server.handler
    handler.__init__()  # type: ignore[misc]  # emptied
    return handler


@pytest.fixture
def service(make_service: MakeService, mail_server: Controller, inbox: Inbox) -> Service:
    return make_service(
        smtp_host="127.0.0.1",
        smtp_port=mail_server.port,
        smtp_security="none",
        smtp_from="Chat <chat@example.com>",
        public_url="https://chat.example.com",
    )


def send(service: Service) -> None:
    with service.app.app_context():
        send_due(current_context())


def ask(service: Service, email: str, **options: object) -> Answer:
    return service.post("/api/password-resets", {"email": email}, **options)


def link_in(mail: EmailMessage) -> str:
    """The path of the API for the link."""
    found = re.search(r"https://chat\.example\.com/reset/(\S+)", str(mail.get_content()))
    assert found, mail.get_content()
    return f"/api/password-resets/{found[1]}"


def test_a_link_by_email_sets_the_password_once_and_the_person_is_informed(
    service: Service, inbox: Inbox
) -> None:
    service.sign_up("alice")
    bob = service.sign_up("bob")
    session = bob.log_in()
    answer = ask(service, "BOB@example.com")
    assert (answer.status_code, answer.json["by_email"]) == (202, True)
    send(service)
    send(service)

    (mail,) = inbox.received
    assert (mail["To"], mail["From"]) == ("Bob <bob@example.com>", "Chat <chat@example.com>")
    assert service.post(link_in(mail), {"password": NEW}).status_code == 204
    assert service.post(link_in(mail), {"password": "a third horse"}).status_code == 404
    assert service.log_in("bob", NEW).status_code == 201
    refreshed = service.post("/api/sessions/refresh", {"session_token": session["session_token"]})
    assert refreshed.status_code == 401
    send(service)
    assert inbox.received[1]["Subject"] == "Your password has been changed"
    assert inbox.received[1]["To"] == "Bob <bob@example.com>"


def test_an_unknown_address_gets_the_same_answer_and_no_email(
    service: Service, inbox: Inbox
) -> None:
    service.sign_up("alice")
    known, unknown = ask(service, "alice@example.com"), ask(service, "nobody@example.com")
    assert known.status_code == unknown.status_code == 202
    assert known.json == unknown.json
    assert service.scalar("SELECT count(*) FROM mails WHERE kind = 'password-reset'") == 2
    send(service)
    assert [mail["To"] for mail in inbox.received] == ["Alice <alice@example.com>"]
    assert service.scalar("SELECT count(*) FROM mails") == 0


def test_a_link_expires_after_an_hour(service: Service, inbox: Inbox) -> None:
    service.sign_up("alice")
    ask(service, "alice@example.com")
    send(service)
    service.turn_back("password_resets.expires_at", LINK_LIFETIME)
    assert service.post(link_in(inbox.received[0]), {"password": NEW}).status_code == 404
    assert service.log_in("alice", PASSWORD).status_code == 201


def test_a_link_ends_when_the_person_gets_another_address(service: Service, inbox: Inbox) -> None:
    alice = service.sign_up("alice")
    ask(service, "alice@example.com")
    send(service)
    changes = {"email": "new@example.com", "current_password": PASSWORD}
    assert alice.patch("/api/users/me", changes).status_code == 200
    assert service.get(link_in(inbox.received[0])).status_code == 404


def test_an_email_is_sent_again_until_the_mail_server_accepts_it(
    service: Service, inbox: Inbox
) -> None:
    service.sign_up("alice")
    ask(service, "alice@example.com")
    inbox.answer = "451 Try again later"
    send(service)
    inbox.answer = "250 OK"
    send(service)
    assert inbox.received == []
    service.turn_back("mails.due_at", FIRST_PAUSE)
    send(service)
    assert service.get(link_in(inbox.received[0])).json["nickname"] == "alice"


def test_an_email_that_cannot_be_sent_for_a_day_is_given_up(service: Service, inbox: Inbox) -> None:
    service.sign_up("alice")
    ask(service, "alice@example.com")
    service.turn_back("mails.created_at", GIVEN_UP_AFTER)
    inbox.answer = "451 Try again later"
    send(service)
    assert service.scalar("SELECT count(*) FROM mails") == 0


def test_the_email_is_in_the_persons_language(service: Service, inbox: Inbox) -> None:
    alice = service.sign_up("alice")
    assert alice.patch("/api/users/me", {"language": "de"}).status_code == 200
    ask(service, "alice@example.com", headers={"Accept-Language": "fr"})
    send(service)
    assert inbox.received[0]["Subject"] == "Neues Passwort"


def test_too_many_requests_for_one_address_or_from_one_client_are_refused(
    service: Service,
) -> None:
    assert [ask(service, "a@example.com").status_code for _ in range(6)] == [202] * 5 + [429]
    assert ask(service, "b@example.com").status_code == 202
    for number in range(30):
        answer = ask(service, f"person{number}@example.com")
    assert answer.status_code == 429
    service.address = "127.0.0.9"
    assert ask(service, "c@example.com").status_code == 202


def test_without_a_mail_server_no_email_is_queued(make_service: MakeService) -> None:
    service = make_service()
    answer = ask(service, "alice@example.com")
    assert (answer.status_code, answer.json["by_email"]) == (202, False)
    assert service.scalar("SELECT count(*) FROM mails") == 0


@pytest.mark.parametrize("email", ["", "alice", "a@b\nc", 7, None])
def test_an_invalid_address_is_refused(service: Service, email: object) -> None:
    answer = service.post("/api/password-resets", {"email": email})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "email")
