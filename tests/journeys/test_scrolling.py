"""Long histories load while scrolling, and the reading position stays."""

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import fill, meet
from tests.journeys.windows import Window
from tests.support.cast import Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until

OFFSET = "element => element.getBoundingClientRect().top"


def wait_for_route(window: Window, held: list[Route]) -> None:
    """The page has sent the request; Playwright only reports it while it is running itself."""
    wait_until(lambda: window.page.evaluate("1") and held, what="a page asks for older messages")


def test_history_loads_while_scrolling_up_without_a_jump(
    open_window: OpenWindow, alice: Person, bob: Person, stack: Stack
) -> None:
    conversation_id = meet(alice, bob)
    fill(stack, conversation_id, [alice, bob], 110)
    bob.read_all(conversation_id)
    window = open_window(bob)
    window.open(conversation_id)
    expect(window.messages("Line 109")).to_be_in_viewport()
    log = window.page.get_by_role("log")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    window.page.route("**/messages?before=*", hold)
    log.evaluate("log => log.scrollTop = -log.scrollHeight + log.clientHeight + 300")
    wait_for_route(window, held)
    shown = window.page.locator(".message").count()
    anchor = window.page.locator(".message").nth(15)
    text, before = anchor.inner_text(), anchor.evaluate(OFFSET)
    held.pop().continue_()
    window.page.unroute("**/messages?before=*")
    expect(window.page.locator(".message")).not_to_have_count(shown)
    moved = window.page.locator(".message").filter(has_text=text.splitlines()[-1]).first
    assert abs(moved.evaluate(OFFSET) - before) < 2
    log.evaluate("log => log.scrollTop = -log.scrollHeight")
    expect(window.page.locator(".message")).to_have_count(111)
    expect(window.page.locator(".beginning")).to_be_attached()
    assert window.texts() == ["Hello Bob", *(f"Line {number}" for number in range(110))]
    assert window.page.locator(".day").count() == 1


def test_a_new_message_does_not_move_the_reading_position(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    for number in range(45):
        alice.send(f"Line {number}", to=bob)
    bob.read_all(conversation_id)
    his = open_window(bob)
    his.open(conversation_id)
    log = his.page.get_by_role("log")
    log.evaluate("log => log.scrollTop = -400")
    anchor = his.page.locator(".message", has_text="Line 25")
    before = anchor.evaluate(OFFSET)
    alice.send("Something new", to=bob)
    button = his.page.get_by_role("button", name="1 new message")
    expect(button).to_be_visible()
    assert abs(anchor.evaluate(OFFSET) - before) < 2
    button.click()
    expect(his.messages("Something new")).to_be_in_viewport()
    expect(button).to_be_hidden()


@pytest.mark.slow
def test_messages_of_one_author_share_a_heading_and_days_are_separated(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    alice.send("Second", to=bob)
    bob.send("Mine", to=alice)
    window = open_window(alice)
    window.open(conversation_id)
    window.say("Live")
    window.say("Live again")
    expect(window.page.locator(".message.waiting")).to_have_count(0)
    expect(window.page.locator(".message.head")).to_have_count(3)
    expect(window.page.locator(".day")).to_have_text(["Today"])
    window.page.reload()
    expect(window.page.locator(".message.head")).to_have_count(3)


@pytest.mark.slow
def test_times_are_in_the_readers_zone_and_exact_on_hover(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    sent = alice.send("When?", to=bob)
    window = open_window(alice, timezone_id="Asia/Kolkata")
    window.open(sent["conversation_id"])
    time = window.messages("When?").locator(".by time")
    shown = window.page.evaluate(
        """date => new Date(date).toLocaleTimeString("en-GB",
           {hour: "2-digit", minute: "2-digit", timeZone: "Asia/Kolkata"})""",
        sent["date"],
    )
    expect(time).to_have_text(shown)
    exact = time.get_attribute("title")
    assert exact is not None
    assert exact.count(":") == 2
    served = window.context.request.get(f"/app/c/{sent['conversation_id']}").text()
    assert f">{shown}</time>" in served
