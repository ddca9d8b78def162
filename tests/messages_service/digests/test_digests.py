"""E-mail digests: what was missed, in one e-mail, that one click ends."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
import requests
from aiosmtpd.controller import Controller
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import Engine, update

from messages_service.digests.collecting import collect_missed
from messages_service.digests.models import POSITION, digests
from messages_service.digests.sending import send_digests
from messages_service.digests.writing import DigestWriter, Unsubscribing
from messages_service.models import meta, profiles
from messages_service.settings import MessagesSettings
from servicekit.http import ServiceClient
from servicekit.mail import Mailer
from servicekit.times import utcnow
from tests.messages_service.conftest import Person, UsersService, make_settings
from tests.support.mail_server import Inbox, running_mail_server

DAY = timedelta(days=1)
ALWAYS = {"start": "00:00", "end": "23:59:59"}


@pytest.fixture
def mail_server() -> Iterator[Controller]:
    with running_mail_server() as controller:
        yield controller


@pytest.fixture
def inbox(mail_server: Controller) -> Inbox:
    handler: Inbox = mail_server.handler
    return handler


@pytest.fixture
def settings(
    database_url: str, redis_url: str, users_service: UsersService, mail_server: Controller
) -> MessagesSettings:
    smtp = {"smtp_host": "127.0.0.1", "smtp_port": mail_server.port, "smtp_security": "none"}
    more = {"public_url": "https://chat.example.com", "smtp_from": "Chat <chat@example.com>"}
    return make_settings(database_url, redis_url, users_service.url, **smtp, **more)


class Post:
    """The two chores, on request."""

    def __init__(self, app: OpenAPI, engine: Engine, settings: MessagesSettings) -> None:
        self._app = app
        self._engine = engine
        self._mailer = Mailer(settings)
        self._users = ServiceClient(settings.users_url, service_secret=settings.service_secret)
        signing = Unsubscribing([settings.service_secret.get_secret_value()])
        self._writer = DigestWriter(settings.public_url, settings.smtp_from, signing)
        with engine.begin() as connection:
            connection.execute(update(meta).where(meta.c.key == POSITION).values(value="0"))

    def collect(self) -> None:
        collect_missed(self._engine, after=timedelta())

    def send(self) -> None:
        with self._app.app_context():
            send_digests(self._engine, self._users, self._mailer, self._writer, DAY)

    def pass_time(self, passed: timedelta) -> None:
        with self._engine.begin() as connection:
            for name in ("sent_at", "claimed_until"):
                earlier = update(digests).where(digests.c[name].is_not(None))
                connection.execute(earlier.values({name: utcnow() - passed}))


@pytest.fixture
def post(app: OpenAPI, engine: Engine, settings: MessagesSettings) -> Post:
    return Post(app, engine, settings)


def test_missed_mentions_and_direct_messages_come_in_one_email(
    alice: Person, bob: Person, post: Post, inbox: Inbox
) -> None:
    room = alice.make_room(bob, name="kitchen")
    alice.send("Nobody in particular", room)
    alice.send(f"Lunch, @{bob.nickname}? <b>", room)
    read = alice.send("Read already", alice.make_room(bob))
    alice.send("Hello", bob)
    bob.put(f"/api/conversations/{read['conversation_id']}/read", {"seq": read["seq"]})
    post.collect()
    post.send()
    post.send()

    (email,) = inbox.received
    assert email["To"] == f"Bob <{bob.email}>"
    assert email["Subject"] == "You missed 2 messages"
    text, html = _parts(email)
    for part in ("Alice (# kitchen)", "Hello", f"https://chat.example.com/app/c/{room}?at="):
        assert part in text
        assert part in html
    assert "<b>" in text
    assert "<b>" not in html
    assert "particular" not in text
    assert "already" not in text


@pytest.mark.parametrize("confirmed", [True, False])
def test_where_addresses_must_be_confirmed_others_get_no_digest(
    alice: Person,
    bob: Person,
    app: OpenAPI,
    engine: Engine,
    settings: MessagesSettings,
    inbox: Inbox,
    confirmed: bool,
) -> None:
    post = Post(app, engine, settings.model_copy(update={"confirmed_emails_only": True}))
    alice.send("Hello", bob)
    post.collect()
    with engine.begin() as connection:
        connection.execute(update(profiles).values(email_confirmed=confirmed))
    post.send()
    assert len(inbox.received) == confirmed


def test_an_email_is_in_the_language_and_the_time_zone_of_the_person(
    alice: Person, bob: Person, post: Post, inbox: Inbox, engine: Engine
) -> None:
    sent = alice.send("Hallo", bob)
    theirs = update(profiles).where(profiles.c.id == bob.id)
    with engine.begin() as connection:
        connection.execute(theirs.values(language="de-CH", time_zone="Asia/Kathmandu"))
    post.collect()
    post.send()

    (email,) = inbox.received
    assert email["Subject"] == "Du hast eine Nachricht verpasst"
    then = datetime.fromisoformat(sent["date"]).astimezone(ZoneInfo("Asia/Kathmandu"))
    for part in _parts(email):
        assert "Hallo Bob," in part
        assert f", {then:%H:%M}" in part
    assert '<html lang="de" dir="ltr">' in _parts(email)[1]


def test_the_language_of_a_profile_from_before_languages_is_asked_for(
    alice: Person,
    bob: Person,
    post: Post,
    inbox: Inbox,
    engine: Engine,
    users_service: UsersService,
) -> None:
    bearer = {"Authorization": f"Bearer {bob.token}"}
    body = {"language": "fr", "time_zone": "Asia/Kathmandu"}
    mine = f"{users_service.url}/api/users/me"
    assert requests.patch(mine, json=body, headers=bearer, timeout=10).ok
    sent = alice.send("Salut", bob)
    theirs = update(profiles).where(profiles.c.id == bob.id)
    with engine.begin() as connection:
        connection.execute(theirs.values(language=None, time_zone=None))
    post.collect()
    post.send()

    (email,) = inbox.received
    assert email["Subject"] == "Vous avez manqué un message"
    then = datetime.fromisoformat(sent["date"]).astimezone(ZoneInfo("Asia/Kathmandu"))
    assert f", {then:%H:%M}" in _parts(email)[0]


def test_a_person_gets_one_email_in_a_period(
    alice: Person, bob: Person, post: Post, inbox: Inbox
) -> None:
    for word in ("one", "two", "three"):
        alice.send(word, bob)
        post.collect()
        post.send()
    assert len(inbox.received) == 1
    post.pass_time(DAY)
    post.send()

    assert [email["Subject"] for email in inbox.received] == [
        "You missed a message",
        "You missed 2 messages",
    ]


@pytest.mark.parametrize("change", ["read", "left", "muted", "off", "deleted"])
def test_messages_that_no_longer_concern_the_person_are_left_out_of_the_email(
    alice: Person, bob: Person, post: Post, inbox: Inbox, change: str
) -> None:
    room = alice.make_room(bob)
    message = alice.send(f"@{bob.nickname}", room)
    post.collect()
    answer = {
        "read": lambda: bob.put(f"/api/conversations/{room}/read", {"seq": message["seq"]}),
        "left": lambda: alice.delete(f"/api/conversations/{room}/members/{bob.id}"),
        "muted": lambda: bob.patch(f"/api/conversations/{room}/me", {"notify": "nothing"}),
        "off": lambda: bob.patch("/api/notifications", {"email_digest": False}),
        "deleted": lambda: alice.delete(f"/api/messages/{message['id']}"),
    }[change]()
    assert answer.status_code in (200, 204), answer.text
    post.send()

    assert inbox.received == []


def test_an_email_waits_for_the_end_of_quiet_hours(
    alice: Person, bob: Person, post: Post, inbox: Inbox
) -> None:
    bob.patch("/api/notifications", {"dnd_hours": ALWAYS})
    alice.send("Hello", bob)
    post.collect()
    post.send()
    assert inbox.received == []
    bob.patch("/api/notifications", {"dnd_hours": None})
    post.send()

    assert len(inbox.received) == 1


def test_an_email_that_the_server_refuses_is_sent_later(
    alice: Person, bob: Person, post: Post, inbox: Inbox
) -> None:
    inbox.answer = "451 Come back later"
    alice.send("Hello", bob)
    post.collect()
    post.send()
    inbox.answer = "250 OK"
    post.send()
    assert inbox.received == [], "the next attempt comes after a pause"
    post.pass_time(DAY)
    post.send()

    assert len(inbox.received) == 1


def test_a_refused_address_gets_no_further_attempt(
    alice: Person, bob: Person, post: Post, inbox: Inbox
) -> None:
    inbox.refused = {bob.email}
    alice.send("Hello", bob)
    post.collect()
    post.send()
    inbox.refused = set()
    post.pass_time(DAY)
    post.send()

    assert inbox.received == []


def test_one_click_ends_the_emails(alice: Person, bob: Person, post: Post, inbox: Inbox) -> None:
    alice.send("Hello", bob)
    post.collect()
    post.send()
    (email,) = inbox.received
    assert email["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(
        r"<https://chat\.example\.com/unsubscribe/(.+)>", email["List-Unsubscribe"]
    )
    assert found
    stranger = alice.client

    def unsubscribe(token: str) -> int:
        return stranger.post("/api/notifications/unsubscribe", json={"token": token}).status_code

    assert unsubscribe(found[1] + "x") == 422
    assert bob.get("/api/notifications").json["email_digest"] is True
    assert [unsubscribe(found[1]) for _ in range(2)] == [204, 204]
    assert bob.get("/api/notifications").json["email_digest"] is False
    assert alice.get("/api/notifications").json["email_digest"] is True


def _parts(email: EmailMessage) -> tuple[str, str]:
    text, html = email.get_body(["plain"]), email.get_body(["html"])
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()
