"""Rights in messages_service: every route, with the ids of other people's conversations."""

import uuid
from pathlib import Path
from typing import Any

import pytest
import requests

from messages_service.app import create_app
from messages_service.settings import MessagesSettings
from tests.contracts.matrix import ABSENT, Line, ask, content_of, routes_in, routes_of
from tests.contracts.places import Places
from tests.contracts.rights import (
    ABOUT_ONESELF,
    BODIES,
    FOR_ADMINS,
    INSIDERS,
    INTEGRATIONS,
    LINES,
    OUTSIDERS,
    SECRET,
    WITHOUT_LOGIN,
    Ids,
)
from tests.support.cast import Person
from tests.support.stack import Stack


@pytest.fixture(scope="module")
def places(stack: Stack, alice: Person, charlie: Person, dana: Person) -> Places:
    return Places(stack, alice, charlie, dana)


def test_every_route_is_in_the_table(stack: Stack, tmp_path: Path) -> None:
    settings = MessagesSettings(
        database_url=f"sqlite:///{tmp_path / 'unused.sqlite3'}",
        redis_url=stack.redis.url,
        users_url=stack.users_url,
        service_secret=stack.service_secret,
    )

    everything = ABOUT_ONESELF | INTEGRATIONS | FOR_ADMINS
    assert routes_of(create_app(settings)) == routes_in(LINES, everything)


@pytest.mark.parametrize(("kind", "who"), OUTSIDERS)
def test_outsiders_cannot_tell_a_private_conversation_from_a_missing_one(
    places: Places, bob: Person, dana: Person, kind: str, who: str
) -> None:
    caller = dana if who == "adm" else bob
    ids = places.make(kind, caller, who)
    nowhere = ids | dict.fromkeys(
        ("conversation", "message", "file", "unsent", "poll", "scheduled"), ABSENT
    )
    before = places.log(ids)

    wrong = []
    for line in LINES:
        answer = _ask(places, line, None if who == "none" else caller, ids)
        absent = _ask(places, line, None if who == "none" else caller, nowhere)
        if answer.status_code != line.statuses[who]:
            wrong.append(f"{line}: {answer.status_code}, not {line.statuses[who]}")
        names_a_place = "{" in line.path or line.body
        if names_a_place and content_of(answer) != content_of(absent):
            wrong.append(f"{line}: {content_of(answer)}; of what is absent {content_of(absent)}")
        if SECRET in answer.text:
            wrong.append(f"{line}: tells the secret")

    assert not wrong, "\n".join(wrong)
    assert places.log(ids) == before


@pytest.mark.parametrize(("kind", "who"), INSIDERS)
def test_members_may_do_what_their_role_allows(
    places: Places, bob: Person, kind: str, who: str
) -> None:
    ids = places.make(kind, bob, who)

    wrong = []
    for line in LINES:
        answer = _ask(places, line, bob, ids)
        if answer.status_code != line.statuses[who]:
            wrong.append(f"{line}: {answer.status_code}, not {line.statuses[who]}: {answer.text}")

    assert not wrong, "\n".join(wrong)


def test_one_conversation_gives_no_access_to_another(places: Places, bob: Person) -> None:
    there = places.make("room", bob, "out")
    here = places.make("group", bob, "r.in")
    conversation = f"/api/conversations/{here['conversation']}"

    both = {"cursors": {str(ids["conversation"]): 0 for ids in (here, there)}}
    synced = places.call(bob, "POST", "/api/sync", both).json()["conversations"]
    assert list(synced) == [str(here["conversation"])]
    polls = places.call(bob, "GET", f"/api/polls?conversation_id={here['conversation']}").json()
    assert [poll["id"] for poll in polls] == [here["poll"]]
    for path in ("/messages?around=1", "/messages?after=0", "/events?after=0"):
        found = places.call(bob, "GET", conversation + path).json()
        found = found["events"] if "events" in path else found
        assert {entry["conversation_id"] for entry in found} == {here["conversation"]}, path
    for kind, parent in (("message", "messages"), ("poll", "polls"), ("file", "attachments")):
        assert places.get(bob, f"{conversation}/{parent}/{there[kind]}").status_code == 404

    refused = (
        ("/api/messages", {"content": "x", "reply_to": there["message"]}),
        ("/api/messages", {"content": "x", "forwarded_from": there["message"]}),
        ("/api/messages", {"content": "x", "attachments": [there["file"]]}),
        ("/api/messages", {"content": "x", "attachments": [here["file"]]}),
        (f"/api/polls/{here['poll']}/votes", {"choice_ids": [there["choice"]]}),
    )
    for path, body in refused:
        place = {} if "votes" in path else {"conversation_id": here["conversation"]}
        answer = places.get(bob, path, "POST", json=body | place)
        assert answer.status_code == 422, (path, body, answer.text)


@pytest.mark.parametrize("kind", ["room", "group"])
def test_a_removed_member_cannot_read_anything(places: Places, bob: Person, kind: str) -> None:
    ids = places.make(kind, bob, "r.in")
    conversation, message = ids["conversation"], ids["message"]
    reads = [
        f"/api/conversations/{conversation}",
        f"/api/conversations/{conversation}/members",
        f"/api/conversations/{conversation}/messages?around=1",
        f"/api/conversations/{conversation}/events",
        f"/api/conversations/{conversation}/pins",
        f"/api/messages/{message}",
        f"/api/messages/{message}/history",
        f"/api/messages/{message}/replies",
        f"/api/messages/{message}/thread",
        f"/api/attachments/{ids['file']}",
        f"/api/attachments/{ids['file']}/thumbnail",
        f"/api/attachments/{ids['file']}/details",
        f"/api/polls/{ids['poll']}",
    ]
    places.call(bob, "PUT", f"/api/messages/{message}/saved")
    assert [mine["id"] for mine in places.get(bob, "/api/saved").json()] == [message]
    lists = [
        "/api/saved",
        "/api/messages",
        "/api/conversations",
        "/api/polls",
        f"/api/conversations?q={SECRET}",
    ]
    assert [places.get(bob, path).status_code for path in reads] == [200] * len(reads)
    assert any(message == mine["id"] for mine in places.get(bob, "/api/messages").json())
    etag = places.get(bob, f"/api/attachments/{ids['file']}").headers["ETag"]

    places.call(places.alice, "DELETE", f"/api/conversations/{conversation}/members/{bob.id}")
    places.call(places.alice, "POST", "/api/messages", BODIES["+text"](ids))

    for conditions in ({}, {"Range": "bytes=0-3"}, {"If-None-Match": etag}):
        answers = [places.get(bob, path, headers=conditions) for path in reads]
        assert [answer.status_code for answer in answers] == [404] * len(reads)
    for path in [*lists, "/api/conversations?browse=1"]:
        found = places.get(bob, path).json()
        assert conversation not in {entry.get("conversation_id", entry["id"]) for entry in found}
    synced = places.call(bob, "POST", "/api/sync", BODIES["+cursors"](ids)).json()
    assert synced["conversations"] == {}


def test_non_members_see_a_public_room_but_not_its_messages(
    places: Places, bob: Person, dana: Person
) -> None:
    body = {"kind": "room", "name": f"open {uuid.uuid4()}", "visibility": "public"}
    room = places.call(places.alice, "POST", "/api/conversations", body).json()["id"]
    ids = places.fill(room)
    door = f"/api/conversations/{room}"
    bobs = f"{door}/members/{bob.id}"

    for member_once in (False, True):
        if member_once:
            places.call(bob, "PUT", bobs)
            places.call(bob, "DELETE", bobs)
        for caller in (bob, dana):
            assert SECRET not in places.call(caller, "GET", door).text
            assert SECRET not in places.call(caller, "GET", f"{door}/members").text
            for path in ("/messages", "/events"):
                answer = places.get(caller, door + path)
                assert (answer.status_code, SECRET in answer.text) == (403, False)
            for path in (
                f"/api/messages/{ids['message']}",
                f"/api/attachments/{ids['file']}",
                f"/api/polls/{ids['poll']}",
            ):
                assert places.get(caller, path).status_code == 404
            for method, path, change in (
                ("PUT", f"{door}/read", {"seq": 1}),
                ("PATCH", door, {"topic": "mine"}),
                ("DELETE", door, None),
                ("PUT", f"{door}/members/{places.charlie.id}", None),
                ("DELETE", f"{door}/members/{places.alice.id}", None),
            ):
                assert places.get(caller, path, method, json=change).status_code == 403, path


@pytest.mark.parametrize("route", sorted(FOR_ADMINS))
def test_routes_for_admins_are_closed_to_members(stack: Stack, bob: Person, route: str) -> None:
    method, path = route.split()
    body = {"topic": "mine"} if method == "PATCH" else None
    answer = bob.api.request(method, path.format(ABSENT), json=body)

    assert answer.status_code == (404 if route == "GET /api/reports/{}" else 403), answer.text


@pytest.mark.parametrize(
    "route", sorted((ABOUT_ONESELF | INTEGRATIONS | FOR_ADMINS) - WITHOUT_LOGIN)
)
def test_anonymous_callers_get_401_on_personal_routes(stack: Stack, route: str) -> None:
    method, path = route.split()
    options: dict[str, Any] = {}
    if "attachments" in path:
        options["files"] = {"file": b"x"}
    elif method in {"POST", "PATCH"}:
        options["json"] = {"kind": "room", "name": "nobody's", "visibility": "public"}

    url = stack.messages_url + path.format(ABSENT)
    answer = requests.request(method, url, timeout=20, **options)

    assert answer.status_code == 401


def _ask(places: Places, line: Line, who: Person | None, ids: Ids) -> requests.Response:
    return ask(places.url, line, who, ids, BODIES)
