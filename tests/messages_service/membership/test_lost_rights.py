"""A right that is lost during a request no longer counts: the check in the transaction decides."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import Connection, Engine, event

from messages_service.app import create_app
from messages_service.settings import MessagesSettings
from servicekit.data.db import WRITES
from tests.messages_service.conftest import Person, parts_of
from tests.messages_service.polls.ballots import Poll, ask
from tests.support.in_process import Answer, Client

Act = Callable[[Person, "Scene"], Answer]


class Scene:
    """Alice's room where bob is a moderator, charlie a member; alice and bob said something."""

    def __init__(self, alice: Person, bob: Person, charlie: Person, dana: Person) -> None:
        self.alice, self.charlie, self.dana = alice, charlie, dana
        self.room_id = alice.make_room(bob, charlie, visibility="private")
        self.room = f"/api/conversations/{self.room_id}"
        self.make(bob, "moderator")
        self.bobs = f"/api/messages/{bob.send('by bob', self.room_id)['id']}"
        self.alices = f"/api/messages/{alice.send('by alice', self.room_id)['id']}"
        bob.put(f"{self.alices}/reactions/👀")
        self.bobs_poll, self.alices_poll = ask(bob, self.room_id), ask(alice, self.room_id)

    def make(self, person: Person, role: str) -> None:
        answer = self.alice.patch(f"{self.room}/members/{person.id}", {"role": role})
        assert answer.status_code == 200, answer.text

    def remove(self, person: Person) -> None:
        assert self.alice.delete(f"{self.room}/members/{person.id}").status_code == 204

    def archive(self) -> None:
        assert self.alice.delete(self.room).status_code == 204

    def last_event(self) -> str:
        last: str = self.alice.events(self.room_id)[-1]["type"]
        return last


SetScene = Callable[[], Scene]


@pytest.fixture
def set_scene(
    app: OpenAPI,
    settings: MessagesSettings,
    alice: Person,
    bob: Person,
    charlie: Person,
    dana: Person,
) -> Iterator[SetScene]:
    """Alice uses another process of the service, so her requests can run during bob's."""
    other = create_app(settings)
    alice = replace(alice, client=Client(other))
    yield lambda: Scene(alice, bob, charlie, dana)
    with other.app_context():
        parts_of(other).db.engine.dispose()


@contextmanager
def just_before_its_write(engine: Engine, happen: Callable[[], Any]) -> Iterator[None]:
    """Runs the request inside after its first checks and before its write transaction."""
    has_happened = False

    def once(connection: Connection) -> None:
        nonlocal has_happened
        writes = connection.get_execution_options().get(WRITES)
        if writes and connection.engine is engine and not has_happened:
            has_happened = True
            happen()

    # Listeners of the class come before the engine's own, which takes SQLite's write lock.
    event.listen(Engine, "begin", once)
    try:
        yield
    finally:
        event.remove(Engine, "begin", once)
    assert has_happened


def close_poll(person: Person, poll: Poll) -> Answer:
    return person.post(f"/api/polls/{poll['id']}/close", None)


def vote_in(person: Person, poll: Poll) -> Answer:
    body = {"choice_ids": [poll["choices"][0]["id"]]}
    return person.post(f"/api/polls/{poll['id']}/votes", body)


AS_MEMBER: dict[str, Act] = {
    "edits": lambda bob, scene: bob.patch(scene.bobs, {"content": "changed"}),
    "deletes": lambda bob, scene: bob.delete(scene.bobs),
    "reacts": lambda bob, scene: bob.put(f"{scene.alices}/reactions/👍"),
    "takes a reaction back": lambda bob, scene: bob.delete(f"{scene.alices}/reactions/👀"),
    "votes": lambda bob, scene: vote_in(bob, scene.alices_poll),
    "closes a poll": lambda bob, scene: close_poll(bob, scene.bobs_poll),
    "writes": lambda bob, scene: bob.post(
        "/api/messages", {"content": "late", "conversation_id": scene.room_id}
    ),
    "brings somebody in": lambda bob, scene: bob.put(f"{scene.room}/members/{scene.dana.id}"),
    "sets the topic": lambda bob, scene: bob.patch(scene.room, {"topic": "changed"}),
}
AS_MODERATOR: dict[str, Act] = {
    "removes somebody": lambda bob, scene: bob.delete(f"{scene.room}/members/{scene.charlie.id}"),
    "renames": lambda bob, scene: bob.patch(scene.room, {"name": f"of bob {bob.id}"}),
    "deletes another's message": lambda bob, scene: bob.delete(scene.alices),
    "closes another's poll": lambda bob, scene: close_poll(bob, scene.alices_poll),
}
AS_OWNER: dict[str, Act] = {
    "gives a role": lambda bob, scene: bob.patch(
        f"{scene.room}/members/{scene.charlie.id}", {"role": "owner"}
    ),
    "archives": lambda bob, scene: bob.delete(scene.room),
}
IN_ARCHIVED_ROOMS = {name: AS_MEMBER[name] for name in ("edits", "reacts", "votes", "writes")}


def test_a_member_removed_during_a_request_is_rejected(
    engine: Engine, set_scene: SetScene, bob: Person
) -> None:
    for name, act in (AS_MEMBER | AS_MODERATOR).items():
        scene = set_scene()
        with just_before_its_write(engine, partial(scene.remove, bob)):
            answer = act(bob, scene)
        assert (answer.status_code, scene.last_event()) == (404, "member.left"), name


@pytest.mark.parametrize(("role", "acts"), [("moderator", AS_MODERATOR), ("owner", AS_OWNER)])
def test_a_role_lost_during_a_request_no_longer_counts(
    engine: Engine, set_scene: SetScene, bob: Person, role: str, acts: dict[str, Act]
) -> None:
    for name, act in acts.items():
        scene = set_scene()
        scene.make(bob, role)
        with just_before_its_write(engine, partial(scene.make, bob, "member")):
            answer = act(bob, scene)
        assert (answer.status_code, scene.last_event()) == (403, "member.changed"), name


def test_a_room_archived_during_a_request_stays_unchanged(
    engine: Engine, set_scene: SetScene, bob: Person
) -> None:
    for name, act in IN_ARCHIVED_ROOMS.items():
        scene = set_scene()
        with just_before_its_write(engine, scene.archive):
            answer = act(bob, scene)
        assert (answer.status_code, scene.last_event()) == (409, "conversation.updated"), name
