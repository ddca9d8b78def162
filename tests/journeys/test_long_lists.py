"""More conversations and members than fit on the screen: unread ones and people stay in reach."""

import re

import pytest
import requests
from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet
from tests.support.cast import Person
from tests.support.stack import Stack

pytestmark = pytest.mark.slow


def test_unread_rooms_among_66_are_one_click_away(
    open_window: OpenWindow, alice: Person, bob: Person, charlie: Person
) -> None:
    rooms = [alice.make_room(name=f"room {number:02} of {alice.nickname}") for number in range(66)]
    meet(bob, alice)
    alice.read_all(meet(bob, alice))
    window = open_window(alice)
    window.open(rooms[33])
    page = window.page
    entry = page.locator(f".lists li[data-conversation='{rooms[33]}']")
    expect(entry).to_be_in_viewport()
    below = page.get_by_role("button", name="unread ↓")
    expect(below).to_be_hidden()
    alice.api.put(f"/api/conversations/{rooms[60]}/members/{bob.id}")
    bob.send("Here as well", conversation_id=rooms[60])
    expect(below).to_have_text("1 unread ↓")
    charlie.send("A direct message", to=alice)
    expect(below).to_have_text("2 unread ↓")
    expect(below).to_have_class(re.compile(r"\bme\b"))
    below.click()
    expect(page.locator(f".lists li[data-conversation='{rooms[60]}']")).to_be_in_viewport()
    page.locator(".lists").evaluate("list => list.scrollTop = 0")
    page.get_by_role("button", name="Rooms", exact=True).click()
    expect(page.locator(".lists").get_by_role("link", name="Bob")).to_be_in_viewport()
    expect(page.locator(".lists").get_by_role("link", name="Charlie")).to_be_in_viewport()
    expect(page.locator(f".lists li[data-conversation='{rooms[60]}']")).to_be_in_viewport()
    expect(page.locator(f".lists li[data-conversation='{rooms[10]}']")).to_be_hidden()
    page.get_by_role("textbox", name="Message").fill("Half a thought")
    page.keyboard.press("Alt+Shift+ArrowDown")
    page.wait_for_url(f"**/app/c/{rooms[60]}")
    expect(page.locator(".new + .message")).to_contain_text("Here as well")
    page.reload()
    expect(page.get_by_role("button", name="Rooms", exact=True)).to_have_attribute(
        "aria-expanded", "false"
    )
    page.get_by_role("button", name="Rooms", exact=True).click()
    expect(entry).to_contain_text("draft")


def test_members_beyond_the_first_page_can_be_listed_and_found(
    open_window: OpenWindow, alice: Person, stack: Stack
) -> None:
    room_id = alice.make_room()
    for number in range(32):
        person = stack.sign_up("xaver" if number == 31 else "walter")
        alice.api.put(f"/api/conversations/{room_id}/members/{person.id}")
    window = open_window(alice)
    window.page.goto(f"/app/c/{room_id}/members")
    members = window.page.locator(".panel .people > li")
    expect(members).to_have_count(30)
    window.page.get_by_role("link", name="Show more").click()
    expect(members).to_have_count(33)
    window.page.get_by_label("Find a member").fill("XAV")
    expect(members).to_have_count(1)
    expect(members).to_contain_text("Xaver")
    plain = open_window(alice, java_script_enabled=False)
    plain.page.goto(f"/app/c/{room_id}/members?q=xav")
    expect(plain.page.locator(".panel .people > li")).to_have_count(1)
    plain.page.goto(f"/app/c/{room_id}/members?q=nobody")
    expect(plain.page.locator(".panel")).to_contain_text("No member is called “nobody”.")
    answer = requests.get(
        f"{stack.url}/api/conversations/{room_id}/members",
        params={"q": "walter", "limit": "30"},
        headers=alice.headers,
        timeout=15,
    )
    assert len(answer.json()) == 30
    assert "q=walter" in answer.links["next"]["url"]
