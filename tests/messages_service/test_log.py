"""The log: a page plus the events after it equals a later page, for any history."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from flask_openapi3.openapi import OpenAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as runs
from hypothesis import strategies as st

from messages_service.messages.previewing import fetch_due
from messages_service.previews.fetching import FetchedPreview, Fetcher
from messages_service.settings import MessagesSettings
from servicekit.pictures import Pictures
from servicekit.public_web.client import PublicWeb
from tests.messages_service.conftest import Person, SignUp, parts_of
from tests.support.examples import examples

Json = dict[str, Any]
KINDS = (
    *("send", "send", "reply", "edit", "delete", "restore"),
    *("react", "unreact", "pin", "unpin", "topic"),
    *("link", "remove-preview"),
)
actions = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 1), st.integers(0, 30)), max_size=25
)


class Reader:
    """A client: applies seq = last + 1, drops known events, reads the log after a gap."""

    def __init__(self, person: Person, conversation_id: int) -> None:
        self.person, self.conversation_id = person, conversation_id
        shown = person.get(f"/api/conversations/{conversation_id}").json
        self.last_seq, self.topic = shown["last_seq"], shown["topic"]
        page = person.get(f"/api/conversations/{conversation_id}/messages?limit=200").json
        self.messages: dict[int, Json] = {m["id"]: m for m in page if m["seq"] <= self.last_seq}

    def receive(self, event: Json) -> None:
        if event["seq"] > self.last_seq + 1:
            self.catch_up()
        if event["seq"] == self.last_seq + 1:
            self.apply(event)

    def catch_up(self) -> None:
        more = True
        while more:
            path = f"/api/conversations/{self.conversation_id}/events"
            page = self.person.get(f"{path}?after={self.last_seq}&limit=7").json
            for event in page["events"]:
                if event["seq"] == self.last_seq + 1:
                    self.apply(event)
            more = page["more"]

    def apply(self, event: Json) -> None:
        data = event["data"]
        if event["type"].startswith("message."):
            extra = ("by_id", "pin_count")
            message = {name: value for name, value in data.items() if name not in extra}
            if data["thread_id"] is None or data["also_in_conversation"]:
                self.messages[data["id"]] = message
        elif event["type"] == "thread.updated":
            self.messages[data["message_id"]] |= {"thread": data["thread"]}
        elif event["type"].startswith("reaction."):
            self.messages[data["message_id"]] |= {"reactions": data["reactions"]}
        elif event["type"] == "conversation.updated":
            self.topic = data["conversation"]["topic"]
        self.last_seq = event["seq"]


class NoNetwork(Fetcher):
    """Finds a preview for every link."""

    def __init__(self) -> None:
        super().__init__(PublicWeb("Parley/test"), Pictures())

    def fetch_all(self, links: Iterable[str]) -> dict[str, FetchedPreview]:
        return {link: FetchedPreview(link, "Site", "Title", "", None) for link in links}


@pytest.fixture
def settings(settings: MessagesSettings) -> MessagesSettings:
    return settings.model_copy(update={"link_previews": True})


def test_a_page_plus_the_events_after_it_equals_a_later_page(app: OpenAPI, sign_up: SignUp) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")

    @runs(
        max_examples=examples(25),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(before=actions, after=actions, data=st.data())
    def check(before: list[Any], after: list[Any], data: st.DataObject) -> None:
        room = alice.make_room(bob)
        run(before, room, [alice, bob])
        reader = Reader(bob, room)
        start = reader.last_seq
        run(after, room, [alice, bob])
        happened = bob.events(room, start)
        assert [e["seq"] for e in happened] == list(range(start + 1, start + 1 + len(happened)))

        delivered = data.draw(deliveries(happened))
        for event in delivered:
            reader.receive(event)
        reader.catch_up()

        later = Reader(bob, room)
        assert reader.messages == later.messages
        assert (reader.last_seq, reader.topic) == (later.last_seq, later.topic)

    check()


def deliveries(events: list[Json]) -> st.SearchStrategy[list[Json]]:
    """Any order, with duplicates and losses."""
    if not events:
        return st.just([])
    return st.lists(st.sampled_from(events), max_size=2 * len(events))


def run(steps: list[tuple[str, int, int]], room: int, people: list[Person]) -> None:
    for kind, who, which in steps:
        person = people[who]
        known = person.get(f"/api/conversations/{room}/messages?limit=200").json
        target = known[which % len(known)]["id"] if known else None
        DO[kind](person, room, target, which)


def act(method: str, suffix: str, body: Callable[[int], Json | None]) -> Callable[..., None]:
    def do(person: Person, room: int, target: int | None, which: int) -> None:
        if target is not None:
            answer = person.call(method, f"/api/messages/{target}{suffix}", body(which))
            assert answer.status_code in (200, 204, 403, 409), answer.text

    return do


def reply(person: Person, room: int, target: int | None, which: int) -> None:
    if target is not None:
        fields = {"reply_to": target, "also_in_conversation": which % 2 == 0}
        body = {"content": f"reply {which}", "conversation_id": room, **fields}
        assert person.post("/api/messages", body).status_code in (201, 409)


def link(person: Person, room: int, target: int | None, which: int) -> None:
    person.send(f"https://page.example/{which}", room)
    app = person.client.application
    assert isinstance(app, OpenAPI)
    with app.app_context():
        fetch_due(parts_of(app), NoNetwork())


def remove_preview(person: Person, room: int, target: int | None, which: int) -> None:
    shown = person.get(f"/api/messages/{target}").json["previews"] if target else []
    for preview in shown:
        answer = person.delete(f"/api/messages/{target}/previews/{preview['id']}")
        assert answer.status_code in (204, 403)


DO: dict[str, Callable[..., None]] = {
    "send": lambda person, room, target, which: person.send(f"say {which}", room),
    "reply": reply,
    "edit": act("PATCH", "", lambda which: {"content": f"edit {which}"}),
    "delete": act("DELETE", "", lambda which: None),
    "restore": act("POST", "/restore", lambda which: None),
    "react": act("PUT", "/reactions/👍", lambda which: None),
    "unreact": act("DELETE", "/reactions/👍", lambda which: None),
    "pin": act("PUT", "/pin", lambda which: None),
    "unpin": act("DELETE", "/pin", lambda which: None),
    "link": link,
    "remove-preview": remove_preview,
    "topic": lambda person, room, target, which: person.patch(
        f"/api/conversations/{room}", {"topic": f"topic {which}"}
    ),
}
