"""A guest's socket receives nothing about people outside of the guest's conversations."""

import pytest

from tests.realtime_service.conftest import OpenTab
from tests.support.cast import Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until


@pytest.fixture
def guest(parley: Stack, inhabited_stack: tuple[Stack, Person], bob: Person) -> Person:
    """Charlie, a guest in one room with bob."""
    charlie = parley.sign_up("charlie")
    admin = inhabited_stack[1]
    assert admin.api.patch(f"/api/users/{charlie.id}", json={"role": "guest"}).status_code == 200
    body = {"kind": "room", "name": f"room of {bob.nickname}", "visibility": "private"}
    room = bob.api.post("/api/conversations", json=body).json()["id"]
    path = f"/api/conversations/{room}"
    assert bob.api.put(f"{path}/members/{charlie.id}").status_code == 201
    wait_until(lambda: charlie.api.get("/api/users").ok, what="the role is known")
    return charlie


@pytest.mark.parametrize("parley", ["stack"], indirect=True)
def test_a_guest_learns_the_presence_and_names_of_contacts_alone(
    guest: Person, bob: Person, dana: Person, open_tab: OpenTab
) -> None:
    member, stranger = open_tab(bob), open_tab(dana)
    visitor = open_tab(guest)

    answer = visitor.call("presence", {"user_ids": [bob.id, dana.id, guest.id]})
    assert answer == {"ok": True, "statuses": {str(bob.id): "online", str(guest.id): "online"}}

    assert dana.api.patch(f"/api/users/{dana.id}", json={"name": "Dana Doe"}).ok
    for tab in (member, stranger):
        tab.wait_for("notice", matches=lambda notice: notice["data"].get("name") == "Dana Doe")
    bob.send("after the new name", to=guest)
    visitor.wait_for_notice("conversation.added")
    assert "Dana Doe" not in str(visitor.all("notice"))
