"""Notes about joining and leaving between messages: live, after a reload, and in older pages."""

import random
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.accessibility import check_access
from tests.journeys.conftest import OpenWindow
from tests.journeys.windows import RECONNECTING, SCREENS, Window, create_room
from tests.support.cast import Person
from tests.support.stack import Stack

DRAWN = """lines => lines.map((line) => [line.className, line.dataset.seq ?? "",
  line.hidden || (line.querySelector(".body") ?? line).textContent.trim().replace(/\\s+/g, " ")])"""


def notes(window: Window) -> Locator:
    return window.page.locator(".note:not([hidden]) .words")


def drawn(window: Window) -> Any:
    return window.page.locator(".lines > :is(.message, .note, .day)").evaluate_all(DRAWN)


def test_joins_and_leaves_show_a_note_to_members(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    hers, his = open_window(alice), open_window(bob)
    create_room(hers, name := f"Orchard {alice.nickname}")
    hers.wait_until_live()
    his.open_home()
    his.page.get_by_role("link", name="Browse or create rooms").click()
    his.page.get_by_label("Name of a room").fill(name)
    his.page.keyboard.press("Enter")
    his.page.get_by_role("button", name=f"Join {name}").click()
    expect(notes(hers)).to_have_text(["Bob has entered the room."])
    expect(notes(his)).to_have_text(["Bob has entered the room."])
    his.page.get_by_role("link", name="Members").click()
    his.page.get_by_role("button", name="Leave room").click()
    his.agree("Leave")
    expect(notes(hers)).to_have_text(["Bob has entered the room.", "Bob has left the room."])
    assert hers.page.title().startswith("#")  # nothing of it counts as unread


@pytest.mark.slow
def test_additions_and_removals_show_notes_that_share_a_line(
    open_window: OpenWindow, alice: Person, bob: Person, charlie: Person, dana: Person
) -> None:
    room_id = alice.make_room()
    window = open_window(alice)
    window.open(room_id)
    for person in (bob, charlie, dana):
        alice.add_member(room_id, person)
    expect(notes(window)).to_have_text(["Alice added Bob, Charlie and Dana."])
    alice.remove_member(room_id, charlie)
    charlie.api.put(f"/api/conversations/{room_id}/members/{charlie.id}")
    dana.remove_member(room_id, dana)
    said = [
        "Alice added Bob, Charlie and Dana.",
        "Alice removed Charlie.",
        "Charlie has entered the room.",
        "Dana has left the room.",
    ]
    expect(notes(window)).to_have_text(said)
    window.page.reload()
    expect(notes(window)).to_have_text(said)


@pytest.mark.slow
def test_renaming_and_archiving_show_a_note(open_window: OpenWindow, alice: Person) -> None:
    window = open_window(alice)
    create_room(window, f"Before {alice.nickname}")
    window.wait_until_live()
    window.page.get_by_role("link", name="Members").click()
    window.wait_until_live()
    window.page.get_by_text("Edit details").click()
    window.page.get_by_label("Name", exact=True).fill(f"After {alice.nickname}")
    window.page.get_by_label("Topic").fill("What comes next")
    window.page.get_by_role("button", name="Save").click()
    updated = f"Alice updated the room: # After {alice.nickname} · What comes next"
    expect(notes(window)).to_have_text([updated])
    window.page.get_by_text("Edit details").click()
    window.page.get_by_role("button", name="Archive").click()
    window.agree("Archive")
    expect(notes(window)).to_have_text([updated, "Alice archived the room."])


@pytest.mark.slow
def test_leaving_a_group_shows_a_note_about_the_group(
    open_window: OpenWindow, alice: Person, bob: Person, charlie: Person
) -> None:
    group = {"kind": "group", "member_ids": [bob.id, charlie.id]}
    group_id = alice.api.post("/api/conversations", json=group).json()["id"]
    window = open_window(alice)
    window.open(group_id)
    bob.remove_member(group_id, bob)
    expect(notes(window)).to_have_text(["Bob has left the group."])
    window.page.reload()
    expect(notes(window)).to_have_text(["Bob has left the group."])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_live_notes_equal_the_notes_of_the_reloaded_page(
    open_window: OpenWindow, alice: Person, bob: Person, charlie: Person, seed: int
) -> None:
    chance = random.Random(seed)
    room_id = alice.make_room()
    window = open_window(alice)
    window.open(room_id)
    inside: dict[int, bool] = {bob.id: False, charlie.id: False}
    sent = alice.send("the beginning", conversation_id=room_id)
    for number in range(30):
        guest = chance.choice([bob, charlie])
        what = chance.choice(["pass", "pass", "pass", "say", "edit", "offline", "topic"])
        if what == "pass":
            if inside[guest.id]:
                chance.choice([alice, guest]).remove_member(room_id, guest)
            else:
                alice.add_member(room_id, guest)
            inside[guest.id] = not inside[guest.id]
        elif what == "say":
            sent = alice.send(f"Line {number}", conversation_id=room_id)
        elif what == "edit":
            alice.api.patch(f"/api/messages/{sent['id']}", json={"content": f"Better {number}"})
        elif what == "topic":
            alice.api.patch(f"/api/conversations/{room_id}", json={"topic": f"Topic {number}"})
        else:
            window.context.set_offline(number % 2 == 0)
    window.context.set_offline(False)
    alice.send("the end", conversation_id=room_id)
    expect(window.messages("the end")).to_be_visible(timeout=RECONNECTING)
    live = drawn(window)
    window.page.reload()
    expect(window.messages("the end")).to_be_visible()
    assert live == drawn(window)
    assert any(line[0] == "note" for line in live)


@pytest.mark.slow
def test_notes_load_with_older_messages_even_between_many_votes(
    open_window: OpenWindow, alice: Person, bob: Person, charlie: Person, stack: Stack
) -> None:
    room_id = alice.make_room(bob)
    first = alice.send("Line 0", conversation_id=room_id)
    for number in range(40):
        path = f"/api/messages/{first['id']}"
        alice.api.patch(path, json={"content": f"Line 0, version {number}"})
    alice.add_member(room_id, charlie)
    for number in range(1, 60):
        bob.send(f"Line {number}", conversation_id=room_id)
    charlie.remove_member(room_id, charlie)
    bob.read_all(room_id)
    window = open_window(bob)
    window.open(room_id)
    expect(notes(window).last).to_have_text("Charlie has left the room.")
    window.page.get_by_role("log").evaluate("log => log.scrollTop = -log.scrollHeight")
    said = ["Alice added Bob.", "Alice added Charlie.", "Charlie has left the room."]
    expect(notes(window)).to_have_text(said)
    expect(window.page.locator(".message")).to_have_count(60)
    plain = open_window(bob, java_script_enabled=False)
    plain.page.goto(f"/app/c/{room_id}")
    expect(notes(plain)).to_have_text(["Charlie has left the room."])
    plain.page.get_by_role("link", name="Earlier messages").click()
    expect(notes(plain)).to_have_text(["Alice added Bob.", "Alice added Charlie."])


@pytest.mark.slow
@pytest.mark.parametrize("screen", SCREENS)
def test_notes_are_accessible(
    open_window: OpenWindow, alice: Person, bob: Person, charlie: Person, screen: dict[str, Any]
) -> None:
    room_id = alice.make_room(bob, charlie)
    window = open_window(alice, **screen)
    check_access(window, f"/app/c/{room_id}")
