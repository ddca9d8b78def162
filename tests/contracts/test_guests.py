"""The role `guest`: these people see only conversations that they were added to."""

import uuid

import pytest

from tests.support.cast import Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until


@pytest.fixture
def alice(stack: Stack) -> Person:
    """A person without conversations, unlike the other contracts' alice."""
    return stack.sign_up("alice")


@pytest.fixture
def bob(stack: Stack) -> Person:
    return stack.sign_up("bob")


@pytest.fixture
def guest(stack: Stack, admin: Person) -> Person:
    """Charlie, whom the administrator made a guest; his API token is the one from before."""
    charlie = stack.sign_up("charlie")
    assert charlie.api.get("/api/conversations").status_code == 200
    assert admin.api.patch(f"/api/users/{charlie.id}", json={"role": "guest"}).status_code == 200
    wait_until(lambda: _may_not_make_rooms(charlie))
    return charlie


def _may_not_make_rooms(guest: Person) -> bool:
    body = {"kind": "room", "name": uuid.uuid4().hex, "visibility": "private"}
    return guest.api.post("/api/conversations", json=body).status_code == 403


def test_a_guest_sees_only_rooms_that_they_were_added_to(guest: Person, alice: Person) -> None:
    room = alice.make_room()
    path = f"/api/conversations/{room}"
    browse = "/api/conversations?browse=1"
    assert guest.api.get(path).status_code == 404
    assert guest.api.get(browse).json() == []
    assert guest.api.put(f"{path}/members/{guest.id}").status_code == 404
    assert guest.api.get(f"{path}/members").status_code == 404
    assert alice.api.put(f"{path}/members/{guest.id}").status_code == 201
    assert guest.api.get(path).status_code == 200
    assert [found["id"] for found in guest.api.get(browse).json()] == [room]
    guest.send("Hello", conversation_id=room)


def test_a_guest_cannot_create_rooms_or_add_members(
    guest: Person, alice: Person, bob: Person
) -> None:
    room = alice.make_room()
    assert alice.api.put(f"/api/conversations/{room}/members/{guest.id}").status_code == 201
    for body in (
        {"kind": "room", "name": "mine", "visibility": "private"},
        {"kind": "group", "member_ids": [alice.id]},
    ):
        refused = guest.api.post("/api/conversations", json=body)
        assert refused.status_code == 403
        assert refused.json()["type"] == "urn:parley:problem:not-for-guests"
    assert guest.api.put(f"/api/conversations/{room}/members/{bob.id}").status_code == 403


def test_a_guest_saves_messages_but_does_not_pin_them(guest: Person, alice: Person) -> None:
    message = f"/api/messages/{alice.send('Hello', to=guest)['id']}"
    for method in (guest.api.put, guest.api.delete):
        refused = method(f"{message}/pin")
        assert refused.status_code == 403
        assert refused.json()["type"] == "urn:parley:problem:not-for-guests"
    assert guest.api.put(f"{message}/saved").status_code == 200


def test_a_guest_messages_only_people_they_share_a_conversation_with(
    guest: Person, alice: Person, bob: Person
) -> None:
    message = {"content": "Hello", "recipient_id": alice.id}
    direct = {"kind": "direct", "member_ids": [alice.id]}
    assert guest.api.post("/api/messages", json=message).status_code == 403
    assert guest.api.post("/api/conversations", json=direct).status_code == 403
    room = alice.make_room(visibility="private")
    assert alice.api.put(f"/api/conversations/{room}/members/{guest.id}").status_code == 201
    assert guest.api.post("/api/messages", json=message).status_code == 201
    bob.send("Hello", to=guest)
    guest.send("Hello Bob", to=bob)
    guest.send("A note", to=guest)


def test_a_guest_sees_only_people_they_share_a_conversation_with(
    guest: Person, alice: Person, bob: Person
) -> None:
    bob.send("Hello", to=guest)
    listed = guest.api.get("/api/users", params={"limit": 200}).json()
    assert {person["id"] for person in listed} == {guest.id, bob.id}
    by_id = guest.api.get("/api/users", params={"ids": f"{alice.id},{bob.id}"}).json()
    assert [person["id"] for person in by_id] == [bob.id]
    assert guest.api.get(f"/api/users/{bob.id}").status_code == 200
    assert guest.api.get(f"/api/users/{alice.id}").status_code == 404
    assert guest.api.get(f"/api/users/{alice.id}/avatar").status_code == 404
    assert {person["id"] for person in alice.api.get(f"/api/users?ids={bob.id}").json()} == {bob.id}


def test_after_a_change_of_role_an_api_token_works_at_messages_service(
    stack: Stack, guest: Person, admin: Person
) -> None:
    """The token that messages_service remembers names the old role."""
    body = {"kind": "group", "member_ids": [admin.id]}

    def create_group() -> int:
        status = guest.api.post("/api/conversations", json=body).status_code
        assert status in (201, 403)
        return status

    assert create_group() == 403
    assert admin.api.patch(f"/api/users/{guest.id}", json={"role": "member"}).ok
    wait_until(lambda: create_group() == 201, interval=0.1, what="a member creates groups")
    assert admin.api.patch(f"/api/users/{guest.id}", json={"role": "guest"}).ok
    wait_until(lambda: create_group() == 403, interval=0.1, what="a guest creates none")
