"""Screen readers announce each message, but only the count of a burst."""

import pytest
from playwright.sync_api import expect

from tests.journeys.accessibility import check_access
from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import fill, meet
from tests.support.cast import Person
from tests.support.stack import Stack

# The texts that came into polite regions, as they were when they were added.
LISTEN = """() => {
  window.announced = [];
  const log = document.querySelector(".log");
  new MutationObserver((changes) => {
    const added = changes.flatMap((change) => Array.from(change.addedNodes));
    const texts = added.filter((node) => node.matches?.(".message, .note")).map((node) =>
      node.querySelector(".body, .words").textContent.trim());
    if (log.getAttribute("aria-live") === "polite") window.announced.push(...texts);
  }).observe(log, { childList: true, subtree: true });
  const status = document.querySelector("[data-arrivals]");
  new MutationObserver(() => status.textContent && window.announced.push(status.textContent))
    .observe(status, { childList: true });
}"""


def test_messages_are_announced_singly_and_bursts_as_a_count(
    open_window: OpenWindow, alice: Person, bob: Person, stack: Stack
) -> None:
    conversation_id = meet(alice, bob)
    window = open_window(bob)
    window.open(conversation_id)
    log = window.page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    window.page.evaluate(LISTEN)
    alice.send("One", to=bob)
    expect(window.messages("One")).to_be_visible()
    window.page.wait_for_timeout(1100)  # a second passes
    fill(stack, conversation_id, [alice], 12)
    status = window.page.locator("[data-arrivals]")
    expect(status).to_have_text("12 new messages")
    expect(log).to_have_attribute("aria-live", "polite")
    alice.send("Two", to=bob)
    expect(window.messages("Two")).to_be_visible()
    announced = window.page.evaluate("announced")
    assert [*announced[:1], *announced[-2:]] == ["One", "12 new messages", "Two"]
    assert len(announced) <= 6  # what came before it was known to be a burst


@pytest.mark.slow
def test_history_is_not_announced_and_missed_messages_are_counted_once(
    open_window: OpenWindow, alice: Person, bob: Person, stack: Stack
) -> None:
    conversation_id = meet(alice, bob)
    fill(stack, conversation_id, [alice, bob], 110)
    bob.read_all(conversation_id)
    window = open_window(bob)
    window.open(conversation_id)
    window.page.evaluate(LISTEN)
    log = window.page.get_by_role("log")
    for shown in (51, 100):
        expect(window.page.locator(".message").nth(shown - 2)).to_be_attached()
        log.evaluate("log => log.scrollTop = -log.scrollHeight")
    expect(window.messages("Hello Bob")).to_be_attached()
    window.context.set_offline(True)
    expect(window.page.get_by_role("status")).to_contain_text("Offline")
    fill(stack, conversation_id, [alice], 9)
    window.context.set_offline(False)
    expect(window.page.get_by_role("status")).to_have_text("Back; 9 new messages")
    expect(log).to_have_attribute("aria-live", "polite")
    assert window.page.evaluate("announced") == []


@pytest.mark.slow
def test_simultaneous_joins_are_not_announced_one_by_one(
    open_window: OpenWindow, alice: Person, stack: Stack
) -> None:
    guests = [stack.sign_up("guest") for _ in range(8)]
    window = open_window(alice)
    window.open(alice.make_room())
    window.page.evaluate(LISTEN)
    room_id = int(window.page.url.rpartition("/")[2])
    window.context.set_offline(True)  # so that they come at once, however slow the machine
    for guest in guests:
        guest.api.put(f"/api/conversations/{room_id}/members/{guest.id}")
    window.context.set_offline(False)
    expect(window.page.locator(".note:not([hidden])")).to_contain_text("and 5 others have entered")
    expect(window.page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    assert window.page.evaluate("announced.length") <= 3
    alice.send("Welcome", conversation_id=room_id)
    expect(window.page.locator("[data-arrivals]")).to_be_empty()


@pytest.mark.slow
def test_the_announcement_of_a_burst_is_accessible(
    open_window: OpenWindow, alice: Person, bob: Person, stack: Stack
) -> None:
    conversation_id = meet(alice, bob)
    window = open_window(bob)
    window.open(conversation_id)
    fill(stack, conversation_id, [alice], 6)
    expect(window.page.locator("[data-arrivals]")).to_have_text("6 new messages")
    check_access(window)
