"""From the commit to Redis: committed events are published, also after crashes."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from flask_openapi3.openapi import OpenAPI

from deploy.local.programs import ROOT
from messages_service import log, publish
from messages_service.app import create_app
from servicekit.times import utcnow
from servicekit.web.app import start_background, stop_background
from tests.messages_service.conftest import (
    SECRET,
    Person,
    SignUp,
    UsersService,
    make_settings,
)
from tests.support.in_process import Client
from tests.support.ports import free_port
from tests.support.process import Process
from tests.support.redis_server import RedisServer
from tests.support.subscriber import Subscriber
from tests.support.waiting import wait_until

pytestmark = pytest.mark.slow

Json = dict[str, Any]


class Service:
    """messages_service under gunicorn, to be killed and started again."""

    def __init__(self, directory: Path, database_url: str, redis_url: str, users_url: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        environment = {
            **os.environ,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "USERS_URL": users_url,
            "SERVICE_SECRET": SECRET,
            "RATE_MESSAGES": "100000",
            "RATE_WRITES": "100000",
            "LOG_LEVEL": "ERROR",
        }
        serve = ("--config", "python:servicekit.serve.gunicorn_conf", "messages_service.wsgi:app")
        gunicorn = (sys.executable, "-m", "gunicorn", *serve)
        self.process = Process(gunicorn, log=directory / "m.log", env=environment, cwd=ROOT)

    def start(self) -> None:
        self.process.start()
        wait_until(
            lambda: requests.get(f"{self.url}/readyz", timeout=10).ok, 60, what=self.process.logs
        )

    def post(self, person: Person, body: Json) -> requests.Response:
        headers = {"Authorization": f"Bearer {person.token}"}
        return requests.post(f"{self.url}/api/messages", json=body, headers=headers, timeout=20)


@pytest.fixture
def app(own_app: OpenAPI) -> OpenAPI:
    """Of each test's own: these tests start its threads."""
    return own_app


@pytest.fixture
def running(app: Any) -> Iterator[None]:
    """The app's relay and feeds, as in a serving process."""
    start_background(app)
    yield
    stop_background(app)


def test_a_message_is_published_as_its_event(
    alice: Person, bob: Person, redis_url: str, running: None
) -> None:
    subscriber = Subscriber(redis_url)
    message = alice.send("hi", bob)

    topic = f"conversation:{message['conversation_id']}"
    (event,) = wait_until(lambda: subscriber.on(topic))
    assert event == bob.events(message["conversation_id"])[0]
    assert event["data"] == message


def test_both_people_get_conversation_added_before_the_first_message(
    alice: Person, bob: Person, redis_url: str, running: None
) -> None:
    subscriber = Subscriber(redis_url)
    chat = alice.send("hi", bob)["conversation_id"]
    wait_until(lambda: subscriber.on(f"conversation:{chat}"))

    topics = [topic for topic, _ in subscriber.messages if topic not in ("heads", "many")]
    assert topics == [f"user:{alice.id}", f"user:{bob.id}", f"conversation:{chat}"]
    (notice,) = subscriber.on(f"user:{bob.id}")
    assert notice["type"] == "conversation.added"
    assert notice["data"]["conversation_id"] == notice["data"]["conversation"]["id"] == chat
    assert notice["data"]["conversation"]["name"] == "Alice"


def test_removals_and_read_markers_send_notices_to_the_person(
    alice: Person, bob: Person, redis_url: str, running: None
) -> None:
    subscriber = Subscriber(redis_url)
    room = alice.make_room(bob)
    seq = alice.send("read me", room)["seq"]
    bob.put(f"/api/conversations/{room}/read", {"seq": seq})
    bob.put(f"/api/conversations/{room}/read", {"seq": seq})
    alice.delete(f"/api/conversations/{room}/members/{bob.id}")

    wait_until(lambda: len(subscriber.on(f"user:{bob.id}")) == 3)
    added, read, removed = subscriber.on(f"user:{bob.id}")
    assert added["type"] == "conversation.added"
    assert read == {
        "type": "read",
        "data": {"conversation_id": room, "read_seq": seq, "unread": 0},
    }
    assert removed == {"type": "conversation.removed", "data": {"conversation_id": room}}


def test_a_persons_other_tabs_get_a_notice_of_each_change_of_their_marks(
    alice: Person, bob: Person, redis_url: str, running: None
) -> None:
    subscriber = Subscriber(redis_url)
    for text in ("1", "2"):
        chat = alice.send(text, bob)["conversation_id"]
    bob.put(f"/api/conversations/{chat}/read", {"seq": 2})
    marks = bob.patch(f"/api/conversations/{chat}/me", {"unread_from": 1}).json
    bob.put(f"/api/conversations/{chat}/read", {"seq": 1})
    bob.post("/api/read-all")

    wait_until(lambda: len(subscriber.on(f"user:{bob.id}")) == 5)
    _, _, marked, moved, cleared = subscriber.on(f"user:{bob.id}")
    assert marked == {"type": "membership", "data": marks}
    assert moved == {"type": "membership", "data": marks | {"unread_from": 2, "unread": 1}}
    assert cleared == {
        "type": "read",
        "data": {"conversation_id": chat, "read_seq": 2, "unread": 0},
    }


def test_heads_are_published_for_active_conversations(
    alice: Person, bob: Person, redis_url: str, running: None
) -> None:
    subscriber = Subscriber(redis_url)
    chat = alice.send("hi", bob)["conversation_id"]
    assert wait_until(lambda: [heads for heads in subscriber.on("heads") if heads])[0] == {
        str(chat): 1
    }


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Set messages_service's wall clock ahead, or back, by that much."""

    def by(difference: timedelta) -> None:
        monkeypatch.setattr(log, "utcnow", lambda: utcnow() + difference)

    return by


def test_heads_do_not_depend_on_the_wall_clock(
    alice: Person,
    bob: Person,
    redis_url: str,
    running: None,
    set_clock: Callable[[timedelta], None],
) -> None:
    subscriber = Subscriber(redis_url)
    last_seqs = {}
    for hours in (-24, 24, -1, 1):
        room = alice.make_room(bob)
        set_clock(timedelta(hours=hours))
        last_seqs[str(room)] = alice.send(f"{hours} h", room)["seq"]
    last = wait_until(lambda: [h for h in subscriber.on("heads") if h.keys() >= last_seqs.keys()])
    assert last[-1] == last_seqs


def test_a_quiet_conversation_with_a_future_date_leaves_the_heads(
    alice: Person,
    bob: Person,
    redis_url: str,
    running: None,
    set_clock: Callable[[timedelta], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(publish, "HEADS_SECONDS", 0.5)
    monkeypatch.setattr(publish, "ACTIVE_SECONDS", 3)
    subscriber = Subscriber(redis_url)
    quiet, active = str(alice.make_room(bob)), alice.make_room(bob)
    set_clock(timedelta(hours=24))
    alice.send("from tomorrow", int(quiet))
    wait_until(lambda: any(quiet in heads for heads in subscriber.on("heads")))

    def is_gone() -> bool:
        alice.send("today", active)
        last = subscriber.on("heads")[-1]
        return str(active) in last and quiet not in last

    wait_until(is_gone, interval=0.3)


def test_messages_accepted_during_a_redis_outage_are_delivered_after_it(
    database_url: str, users_service: UsersService, sign_up: SignUp, tmp_path: Path
) -> None:
    server = RedisServer(tmp_path)
    app = create_app(make_settings(database_url, server.url, users_service.url))
    alice, bob = sign_up("alice", app), sign_up("bob", app)
    start_background(app)
    try:
        chat = alice.send("1", bob)["conversation_id"]
        server.kill()
        for text in ("2", "3"):
            alice.send(text, bob)
        server.start()
        subscriber = Subscriber(server.url)
        alice.send("4", bob)
        topic = f"conversation:{chat}"
        wait_until(lambda: {e["seq"] for e in subscriber.on(topic)} >= {2, 3, 4}, 30)
    finally:
        stop_background(app)
        server.stop()


def test_events_committed_before_a_kill_are_published_after_the_restart(
    app: Any,
    database_url: str,
    users_service: UsersService,
    alice: Person,
    bob: Person,
    tmp_path: Path,
) -> None:
    server = RedisServer(tmp_path)
    service = Service(tmp_path, database_url, server.url, users_service.url)
    try:
        service.start()
        server.process.freeze()  # Redis takes the publish and does nothing: the commit stands alone
        body = {"content": "survivor", "recipient_id": bob.id, "client_id": "kill-9"}
        first = service.post(alice, body)
        assert first.status_code == 201
        service.process.kill()
        assert service.process.returncode == -signal.SIGKILL
        server.process.kill()
        server.start()

        subscriber = Subscriber(server.url)
        service.start()
        topic = f"conversation:{first.json()['conversation_id']}"
        assert wait_until(lambda: subscriber.on(topic), 15)[0]["data"] == first.json()

        again = service.post(alice, body)
        assert (again.status_code, again.json()) == (200, first.json())
    finally:
        service.process.stop()
        server.stop()


def test_reading_and_writing_go_on_without_users_service(
    database_url: str, redis_url: str, tmp_path: Path
) -> None:
    users = UsersService(tmp_path, redis_url)
    users.start()
    app = create_app(make_settings(database_url, redis_url, users.url))
    client = Client(app)
    accounts = [
        requests.post(
            f"{users.url}/api/users",
            json={"name": name, "nickname": name, "email": f"{name}@example.com"},
            timeout=10,
        ).json()
        for name in ("alice", "bob", "charlie")
    ]
    alice, bob, charlie = (
        Person(a["id"], a["name"], a["nickname"], a["email"], a["token"], client) for a in accounts
    )
    chat = alice.send("before", bob)["conversation_id"]
    bob.get("/api/messages")
    users.process.kill()

    alice.send("after", bob)
    assert [m["content"] for m in bob.get("/api/messages").json] == ["before", "after"]
    assert bob.get(f"/api/conversations/{chat}").json["name"] == "alice"
    stranger = alice.post("/api/messages", {"content": "?", "recipient_id": charlie.id})
    assert stranger.status_code == 503
    assert stranger.headers["Retry-After"]


def test_profiles_follow_the_feed(
    alice: Person, bob: Person, users_service: UsersService, running: None
) -> None:
    message = alice.send("hi", bob)
    answer = requests.patch(
        f"{users_service.url}/api/users/{alice.id}",
        json={"name": "Alicia"},
        headers={"Authorization": f"Bearer {alice.token}"},
        timeout=10,
    )
    assert answer.status_code == 200

    def name() -> str:
        shown: str = bob.get(f"/api/messages/{message['id']}").json["author"]["name"]
        return shown

    wait_until(lambda: name() == "Alicia")
