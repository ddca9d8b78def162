"""A due message is sent once, by the process that comes first, also after a crash."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import Engine, select

from deploy.local.programs import ROOT
from messages_service.app import create_app
from messages_service.context import EXTENSION, Context
from messages_service.models import outbox
from messages_service.scheduled import sending
from messages_service.settings import MessagesSettings
from servicekit.rates import RateLimiter
from servicekit.topics import user_topic
from tests.messages_service.conftest import SECRET, Person, parts_of
from tests.messages_service.messages.batches import contents
from tests.messages_service.scheduled.times import from_now, schedule_due

# A process that dies after it has stored the message, and before it has ended its schedule.
DYING = """
import json, os, signal, sys
from messages_service.app import create_app
from messages_service.context import EXTENSION
from messages_service.scheduled import sending
from messages_service.settings import MessagesSettings
store = sending.store_locked
def store_and_die(*args):
    outcome = store(*args)
    print("stored", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
sending.store_locked = store_and_die
app = create_app(MessagesSettings(**json.loads(sys.argv[1])))
with app.app_context():
    sending.send_due(app.extensions[EXTENSION])
"""


@pytest.fixture
def room(alice: Person, bob: Person) -> int:
    return alice.make_room(bob)


def send_due(app: OpenAPI) -> None:
    with app.app_context():
        sending.send_due(parts_of(app))


def test_a_message_is_sent_when_its_time_has_come_and_not_before(
    app: OpenAPI, engine: Engine, alice: Person, bob: Person, room: int
) -> None:
    later = {"conversation_id": room, "content": "later", "send_at": from_now(minutes=1)}
    alice.post("/api/scheduled", later)
    schedule_due(alice, engine, room, "now")
    send_due(app)
    send_due(app)

    assert contents(bob, room) == ["now"]
    assert [scheduled["content"] for scheduled in alice.get("/api/scheduled").json] == ["later"]
    mine = select(outbox.c.payload).where(outbox.c.topic == user_topic(alice.id))
    with engine.connect() as connection:
        notices = [json.loads(row) for row in connection.scalars(mine.order_by(outbox.c.id))]
    states = [
        (n["data"]["state"], n["data"]["content"]) for n in notices if n["type"] == "scheduled"
    ]
    assert states == [("waiting", "later"), ("waiting", "now"), ("sent", "now")]


def test_a_message_to_a_person_opens_their_conversation(
    app: OpenAPI, engine: Engine, alice: Person, bob: Person
) -> None:
    body = {"recipient_id": bob.id, "content": "Surprise", "send_at": from_now(seconds=0.2)}
    assert alice.post("/api/scheduled", body).status_code == 201
    while bob.get("/api/conversations").json == []:
        send_due(app)

    (conversation,) = bob.get("/api/conversations").json
    assert contents(bob, conversation["id"]) == ["Surprise"]


def test_a_refused_message_waits_for_its_author_with_the_reason(
    app: OpenAPI, engine: Engine, alice: Person, bob: Person, room: int
) -> None:
    path = f"/api/scheduled/{schedule_due(bob, engine, room, 'but')}"
    alice.delete(f"/api/conversations/{room}/members/{bob.id}")
    send_due(app)
    send_due(app)

    refused = bob.get(path).json
    assert refused["refused_at"] is not None
    assert refused["refusal"] == "Join this room first."
    assert bob.post(f"{path}/send").status_code == 403
    alice.put(f"/api/conversations/{room}/members/{bob.id}")
    assert bob.patch(path, {"content": "but still"}).json["refusal"] is not None
    assert bob.patch(path, {"send_at": from_now(hours=1)}).json["refusal"] is None
    assert bob.post(f"{path}/send").status_code == 200
    assert contents(alice, room) == ["but still"]


def test_a_message_beyond_the_rate_is_sent_later(
    app: OpenAPI,
    parts: Context,
    engine: Engine,
    alice: Person,
    bob: Person,
    room: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for text in ("1", "2"):
        schedule_due(alice, engine, room, text)
    limits = replace(parts.limits, messages=RateLimiter("1 per 1 second", "Too fast."))
    monkeypatch.setitem(app.extensions, EXTENSION, replace(parts, limits=limits))
    send_due(app)
    assert contents(bob, room) == ["1"]
    while len(contents(bob, room)) < 2:
        send_due(app)
    assert contents(bob, room) == ["1", "2"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_processes_that_send_at_once_send_each_message_once(
    app: OpenAPI, settings: MessagesSettings, engine: Engine, alice: Person, bob: Person, room: int
) -> None:
    texts = [f"message {number}" for number in range(20)]
    for text in texts:
        schedule_due(alice, engine, room, text)
    other = create_app(settings)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send_due, [app, other, app, other]))
    with other.app_context():
        parts_of(other).db.engine.dispose()

    assert sorted(contents(bob, room)) == sorted(texts)
    assert alice.get("/api/scheduled").json == []


def test_a_process_that_is_killed_while_it_sends_loses_and_doubles_nothing(
    app: OpenAPI,
    settings: MessagesSettings,
    engine: Engine,
    alice: Person,
    bob: Person,
    room: int,
) -> None:
    schedule_due(alice, engine, room, "once")
    given = {
        "database_url": settings.database_url,
        "redis_url": settings.redis_url,
        "users_url": settings.users_url,
        "service_secret": SECRET,
    }
    command = [sys.executable, "-c", DYING, json.dumps(given)]
    died = subprocess.run(
        command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert (died.returncode, died.stdout) == (-9, "stored\n"), died.stderr

    send_due(app)
    send_due(app)
    assert contents(bob, room) == ["once"]
