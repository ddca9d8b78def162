"""Unread counts and marks, in every tab."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet
from tests.support.cast import Person


def test_unread_counts_stay_in_step_across_tabs(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    his = open_window(bob)
    his.open_home()
    other_tab = his.new_tab()
    other_tab.goto("/app")
    lists = [page.get_by_label("Conversations") for page in (his.page, other_tab)]
    entries = [entry.get_by_role("link", name="Alice") for entry in lists]
    for entry in entries:
        expect(entry).to_contain_text("1 unread")
    alice.send("And another", to=bob)
    for entry in entries:
        expect(entry).to_contain_text("2 unread")
    expect(his.page).to_have_title(re.compile(r"^\(2\) "))
    his.open(conversation_id)
    expect(his.page).not_to_have_title(re.compile(r"^\("))
    expect(entries[1].locator(".count")).to_be_hidden()
    expect(other_tab).not_to_have_title(re.compile(r"^\("))
    his.page.reload()
    expect(his.page.get_by_role("link", name="Alice").locator(".count")).to_be_hidden()


def test_the_new_messages_line_is_above_the_first_unread_message(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    first = bob.send("I start", to=alice)
    bob.api.put(f"/api/conversations/{first['conversation_id']}/read", json={"seq": first["seq"]})
    alice.send("Unread one", to=bob)
    alice.send("Unread two", to=bob)
    his = open_window(bob)
    his.open(first["conversation_id"])
    lines = his.page.locator(".lines > .new, .lines > .message")
    expect(lines).to_have_count(4)
    expect(lines.nth(1)).to_have_text("New")
    expect(lines.nth(2)).to_contain_text("Unread one")


@pytest.mark.slow
def test_own_messages_are_never_unread(open_window: OpenWindow, alice: Person, bob: Person) -> None:
    meet(alice, bob)
    hers = open_window(alice)
    hers.open_home()
    entry = hers.page.get_by_label("Conversations").get_by_role("link", name="Bob")
    alice.send("From another device", to=bob)
    bob.send("An answer", to=alice)
    expect(entry).to_contain_text("1 unread")


@pytest.mark.slow
def test_every_tab_of_a_person_shows_every_message(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    his = open_window(bob)
    his.open(conversation_id)
    other_tab = his.new_tab()
    other_tab.goto(f"/app/c/{conversation_id}")
    his.say("From one tab")
    expect(his.page.locator(".message.waiting")).to_have_count(0)
    alice.send("From Alice", to=bob)
    for page in (his.page, other_tab):
        expect(page.locator(".message .body")).to_have_text(
            ["Hello Bob", "From one tab", "From Alice"]
        )


@pytest.mark.slow
def test_a_room_appears_for_a_new_member_without_a_reload(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    his = open_window(bob)
    his.open_home()
    name = f"plans of {alice.nickname}"
    room = alice.api.post("/api/conversations", json={"kind": "room", "name": name}).json()
    alice.api.put(f"/api/conversations/{room['id']}/members/{bob.id}")
    entry = his.page.get_by_role("link", name=name)
    entry.click()
    his.page.wait_for_url(f"**/app/c/{room['id']}")
    with his.page.expect_response("**/read"):  # afterwards he could not say that he has read it
        alice.send("Welcome", conversation_id=room["id"])
        expect(his.messages("Welcome")).to_be_visible()
    alice.api.delete(f"/api/conversations/{room['id']}/members/{bob.id}")
    expect(entry).to_have_count(0)
    his.page.wait_for_url("**/app")
