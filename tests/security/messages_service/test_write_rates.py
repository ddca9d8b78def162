"""One person, or one address, changes only so much in a while."""

from collections.abc import Callable

import pytest
from flask_openapi3.openapi import OpenAPI

from messages_service.app import create_app
from tests.messages_service.conftest import SignUp, UsersService, make_settings
from tests.support.in_process import Answer, Client

MakeApp = Callable[..., OpenAPI]


@pytest.fixture
def limited(database_url: str, redis_url: str, users_service: UsersService) -> MakeApp:
    """`limited(rate_writes="3")`: an app with that limit."""

    def make(**rates: str) -> OpenAPI:
        return create_app(make_settings(database_url, redis_url, users_service.url, **rates))

    return make


def test_all_kinds_of_changes_share_one_limit(limited: MakeApp, sign_up: SignUp) -> None:
    app = limited(rate_writes="6")
    alice, bob = sign_up("alice", app), sign_up("bob", app)
    room = alice.make_room()
    path = f"/api/messages/{alice.send('hello', room)['id']}"
    changes: list[Callable[[], Answer]] = [
        lambda: alice.patch(path, {"content": "hi"}),
        lambda: alice.put(f"{path}/reactions/👍"),
        lambda: alice.delete(f"{path}/reactions/👍"),
        lambda: alice.patch(f"/api/conversations/{room}", {"topic": "talk"}),
    ]
    assert [change().status_code for change in changes] == [200, 200, 204, 200]
    refused = alice.put(f"/api/conversations/{room}/read", {"seq": 1})
    assert refused.status_code == 429
    assert refused.content_type == "application/problem+json"
    assert 1 <= int(refused.headers["Retry-After"]) <= 10
    assert alice.get(path).status_code == 200
    assert bob.put(f"/api/conversations/{room}/members/{bob.id}").status_code == 201


def test_anonymous_requests_are_limited_by_address(limited: MakeApp) -> None:
    client = Client(limited(rate_writes="3"))
    headers = {"Authorization": "Bearer no.good.token"}
    statuses = [client.post("/api/polls", json={}, headers=headers).status_code for _ in range(5)]
    assert statuses == [401] * 3 + [429] * 2
    other = client.post("/api/polls", json={}, environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert other.status_code == 401


def test_new_conversations_per_hour_are_limited(limited: MakeApp, sign_up: SignUp) -> None:
    app = limited(rate_new_conversations="3")
    sign_up("dana", app)  # the first account is an administrator's
    alice, bob, charlie = (sign_up(name, app) for name in ("alice", "bob", "charlie"))
    direct = {"kind": "direct", "member_ids": [bob.id]}
    group = {"kind": "group", "member_ids": [bob.id]}
    for body in (direct, group):
        assert alice.post("/api/conversations", body).status_code == 201
    alice.make_room()
    assert alice.post("/api/conversations", direct).status_code == 200  # it exists
    another = {"kind": "direct", "member_ids": [charlie.id]}
    room = {"kind": "room", "name": "one more"}
    for refused_body in (another, group, room):
        refused = alice.post("/api/conversations", refused_body)
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 3000


def test_added_members_per_hour_are_limited(limited: MakeApp, sign_up: SignUp) -> None:
    app = limited(rate_new_members="3")
    sign_up("dana", app)
    people = [sign_up("alice", app) for _ in range(5)]
    alice, others = people[0], [person.id for person in people[1:]]
    group = alice.post("/api/conversations", {"kind": "group", "member_ids": others[:2]})
    assert group.status_code == 201
    room = alice.make_room(people[1])
    refused = alice.put(f"/api/conversations/{room}/members/{others[1]}")
    assert refused.status_code == 429
    assert (
        alice.post("/api/conversations", {"kind": "group", "member_ids": others}).status_code == 429
    )
    assert people[2].put(f"/api/conversations/{room}/members/{people[2].id}").status_code == 201
