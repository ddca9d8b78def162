"""A long conversation keeps a bounded number of elements on the page, wherever one is in it."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import fill, meet
from tests.journeys.windows import Window
from tests.support.cast import Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until

MOST = 330  # 300, and what one part of a page adds
MOST_WITH_FOCUS = 430
# Scrolls to an end → the most elements that there were, and by how much a message moved at most.
SCROLL = """async ([direction, edge]) => {
  const log = document.querySelector("main .log");
  const lines = log.querySelector(".lines");
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const inView = () => document.elementFromPoint(640, 300)?.closest(".message");
  let [most, moved] = [0, 0];
  for (let steps = 0; steps < 3000; steps += 1) {
    log.scrollTop += direction * 400;
    const message = inView();
    const top = message?.getBoundingClientRect().top;
    await frame();
    if (message?.isConnected)
      moved = Math.max(moved, Math.abs(message.getBoundingClientRect().top - top));
    most = Math.max(most, lines.childElementCount);
    const more = lines.querySelector(edge);
    const end = direction < 0 ? log.clientHeight - log.scrollHeight : 0;
    if (!more && Math.abs(log.scrollTop - end) < 2) return { most, moved };
  }
  return null;
}"""


def scroll_to_end(window: Window, direction: int, most: int = MOST) -> None:
    seen = window.page.evaluate(SCROLL, [direction, ".older" if direction < 0 else ".later"])
    assert seen["most"] <= most
    assert seen["moved"] < 2


def lines_of(window: Window) -> list[int]:
    """The numbers of the messages on the page."""
    return [int(text.split()[1]) for text in window.texts() if text.startswith("Line ")]


def is_read(person: Person, conversation_id: int) -> bool:
    """Whether the read marker of the page has arrived; it would end a later mark as unread."""
    found = person.api.get(f"/api/conversations/{conversation_id}").json()
    return bool(found["read_seq"] == found["last_seq"])


@pytest.mark.slow
def test_a_long_history_is_read_both_ways_with_few_elements_on_the_page(
    open_window: OpenWindow, stack: Stack, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    fill(stack, conversation_id, [alice, bob], 500)
    bob.read_all(conversation_id)
    window = open_window(bob)
    window.open(conversation_id)

    scroll_to_end(window, -1)
    shown = lines_of(window)
    assert shown == list(range(len(shown)))
    expect(window.messages("Line 499")).to_have_count(0)
    expect(window.page.locator(".beginning")).to_have_count(1)

    newest = alice.send("Look here", to=bob)
    edited = alice.api.get(f"/api/conversations/{conversation_id}/messages?limit=9").json()[0]
    alice.api.put(f"/api/messages/{edited['id']}/reactions/🎉")
    expect(window.page.get_by_role("button", name="1 new message")).to_be_visible()
    assert lines_of(window) == shown

    window.messages("Line 100").first.focus()
    scroll_to_end(window, 1, MOST_WITH_FOCUS)
    expect(window.messages("Look here")).to_be_in_viewport()
    expect(window.page.locator(".new + .message")).to_contain_text("Look here")
    expect(window.page.locator(f"[data-id='{edited['id']}'] .reaction")).to_have_count(1)
    assert lines_of(window) == list(range(500 - len(lines_of(window)), 500))
    assert window.page.evaluate("document.activeElement.closest('.log') !== null")

    scroll_to_end(window, -1)
    window.page.locator("[data-action=show-newest]").click()
    expect(window.messages("Look here")).to_be_in_viewport()
    window.say("I see it")
    expect(window.page.locator(".message[data-seq]").last).to_contain_text("I see it")
    wait_until(lambda: is_read(bob, conversation_id))
    with window.page.expect_response("**/api/conversations?brief=1*"):  # it has caught up
        window.page.goto(f"/app/c/{conversation_id}?at={newest['seq'] - 300}")
    expect(window.page.locator(".message.linked")).to_be_in_viewport()
    assert window.page.locator(".lines > *").count() <= MOST

    middle = alice.api.get(f"/api/conversations/{conversation_id}/messages?around=254&limit=3")
    unread = middle.json()[1]
    bob.api.patch(f"/api/conversations/{conversation_id}/me", json={"unread_from": unread["seq"]})
    menu = window.page.locator(".conversation-menu")
    menu.locator("summary").click()
    menu.get_by_label("Jump to date").fill(newest["date"][:10])
    menu.get_by_role("button", name="Go").click()
    expect(window.messages("Hello Bob")).to_be_in_viewport()
    menu.locator("summary").click()
    menu.get_by_role("button", name="Jump to the first unread").click()
    expect(window.page.locator(".new + .message .body")).to_have_text(unread["content"])
    expect(window.page.locator(".new + .message")).to_be_in_viewport()
    assert window.page.locator(".lines > *").count() <= MOST
