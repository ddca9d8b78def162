"""More unread messages than fit on the screen: none counts as read before it was in view."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import fill, meet
from tests.support.cast import Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until


def unread(person: Person, conversation_id: int) -> int:
    count: int = person.api.get(f"/api/conversations/{conversation_id}").json()["unread"]
    return count


def message(page: Page, number: int) -> Locator:
    return page.locator(".message", has_text=re.compile(rf"Line {number}$", re.MULTILINE))


def scroll_by(page: Page, pixels: int) -> None:
    """As a wheel does, in steps that a screen shows one after another."""
    step = 300 if pixels > 0 else -300
    page.get_by_role("log").evaluate(
        """async (log, { pixels, step }) => {
          for (let moved = 0; Math.abs(moved) < Math.abs(pixels); moved += step) {
            log.scrollTop += step;
            await new Promise(requestAnimationFrame);
            await new Promise(requestAnimationFrame);
          }
        }""",
        {"pixels": pixels, "step": step},
    )


def test_ninety_unread_messages_are_marked_read_as_they_scroll_into_view(
    open_window: OpenWindow, alice: Person, bob: Person, stack: Stack
) -> None:
    conversation_id = meet(alice, bob)
    fill(stack, conversation_id, [alice], 30)
    bob.read_all(conversation_id)
    fill(stack, conversation_id, [alice], 90)
    window = open_window(bob)
    window.open(conversation_id)
    page = window.page
    expect(page.locator(".new + .message")).to_contain_text("Line 0")
    expect(page.locator(".new")).to_be_in_viewport()
    entry = page.locator(".side").get_by_role("link", name="Alice")
    newest = page.get_by_role("button", name=re.compile(r"new messages? ↓"))
    expect(newest).to_be_visible()
    seen = page.evaluate(
        """() => {
          const { bottom } = document.querySelector(".log").getBoundingClientRect();
          const below = Array.from(document.querySelectorAll(".new ~ .message"));
          return below.filter((line) => line.getBoundingClientRect().bottom <= bottom + 2).length;
        }"""
    )
    assert 5 < seen < 60
    expect(newest).to_have_text(f"{90 - seen} new messages ↓")
    expect(entry).to_contain_text(f"{90 - seen} unread")
    wait_until(lambda: unread(bob, conversation_id) == 90 - seen, what="the server has the marker")
    newest.click()
    expect(message(page, 89).last).to_be_in_viewport()
    expect(page.get_by_role("button", name=re.compile(r"new since \d\d:\d\d ↑"))).to_be_visible()
    assert unread(bob, conversation_id) == 90 - seen
    page.get_by_role("button", name="↑").click()
    expect(page.locator(".new")).to_be_in_viewport()
    scroll_by(page, 9000)
    expect(page.get_by_role("link", name="Alice").locator(".count")).to_be_hidden()
    wait_until(lambda: unread(bob, conversation_id) == 0, what="all of them were seen")
    expect(page.locator(".ways-to-new:visible")).to_have_count(0)
    scroll_by(page, -1500)
    page.get_by_role("button", name="Newest messages ↓").click()
    expect(message(page, 89).last).to_be_in_viewport()


@pytest.mark.slow
def test_two_thousand_unread_messages_open_at_the_first_and_load_in_both_directions(
    open_window: OpenWindow, alice: Person, bob: Person, stack: Stack
) -> None:
    """Nothing of the conversation has ever been read."""
    room = alice.api.post("/api/conversations", json={"kind": "room", "name": f"of {bob.nickname}"})
    room_id = room.json()["id"]
    alice.api.put(f"/api/conversations/{room_id}/members/{bob.id}")
    fill(stack, room_id, [alice], 2000)
    window = open_window(bob)
    window.open(room_id)
    page = window.page
    expect(page.locator(".new + .message")).to_contain_text("Line 0")
    scroll_by(page, 600)
    expect(page.locator(".message").nth(60)).to_be_attached()
    assert page.locator(".message").count() < 300
    page.get_by_role("button", name=re.compile(r"^1,9\d\d new messages ↓")).click()
    expect(message(page, 1999)).to_be_in_viewport()
    alice.send("Live at the end", conversation_id=room_id)
    expect(window.messages("Live at the end")).to_be_in_viewport()
    page.get_by_role("button", name=re.compile(r"^1,9\d\d new since")).click()
    expect(page.locator(".new")).to_be_in_viewport()
    expect(message(page, 1999)).to_have_count(0)
    alice.send("Far below", conversation_id=room_id)
    expect(page.get_by_role("button", name=re.compile("new messages ↓"))).to_be_visible()
    expect(window.messages("Far below")).to_have_count(0)
    window.say("My answer")
    expect(window.messages("My answer")).to_be_in_viewport()
    expect(window.messages("Far below")).to_be_in_viewport()
    texts = window.texts()
    assert texts[-4:] == ["Line 1999", "Live at the end", "Far below", "My answer"]
    assert unread(bob, room_id) > 1900
    page.get_by_role("button", name="Mark as read").click()
    wait_until(lambda: unread(bob, room_id) == 0, what="everything is marked as read")
    expect(page.get_by_role("link", name=f"of {bob.nickname}").locator(".count")).to_be_hidden()


@pytest.mark.slow
def test_messages_stay_unread_while_the_window_lacks_focus(
    open_window: OpenWindow, alice: Person, bob: Person, stack: Stack
) -> None:
    conversation_id = meet(alice, bob)
    window = open_window(bob)
    window.open(conversation_id)
    wait_until(lambda: unread(bob, conversation_id) == 0, what="the first message was seen")
    window.page.evaluate(
        "Object.defineProperty(document, 'hasFocus', { value: () => false, configurable: true })"
    )
    fill(stack, conversation_id, [alice], 60)
    expect(message(window.page, 59)).to_be_in_viewport()
    expect(window.page).to_have_title(re.compile(r"^\(60\)"))
    expect(window.page.locator(".new + .message")).to_contain_text("Line 0")
    window.page.evaluate("delete document.hasFocus; window.dispatchEvent(new Event('focus'))")
    window.page.get_by_role("button", name=re.compile(r"^60 new since .* ↑$")).click()
    scroll_by(window.page, 6000)
    expect(window.page).not_to_have_title(re.compile(r"^\("))
    wait_until(lambda: unread(bob, conversation_id) == 0, what="all of them were seen")
