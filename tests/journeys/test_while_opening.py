"""Messages that arrive while the server draws the page are shown although the page lacks them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.windows import Window
from tests.support.cast import Person


def hold_page(window: Window, pattern: str, meanwhile: Callable[[], object]) -> None:
    """The server has made the page, and `meanwhile` runs before the window gets it."""

    def hold(route: Route) -> None:
        page = route.fetch()
        meanwhile()
        route.fulfill(response=page)

    window.page.route(pattern, hold, times=1)


def test_a_message_that_arrives_while_a_conversation_opens_is_shown(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = int(bob.send("Hello Alice", to=alice)["conversation_id"])
    hers = open_window(alice)
    hers.open_home()
    entry = hers.page.get_by_label("Conversations").get_by_role("link", name="Bob")

    def meanwhile() -> None:
        bob.send("In between", to=alice)
        expect(entry).to_contain_text("2 unread")

    hold_page(hers, f"**/app/c/{conversation_id}", meanwhile)
    entry.click()
    hers.page.wait_for_url(f"**/app/c/{conversation_id}")
    expect(hers.messages("Hello Alice")).to_have_count(1)
    expect(hers.messages("In between")).to_have_count(1)
    bob.send("Afterwards", to=alice)
    expect(hers.messages("Afterwards")).to_have_count(1)
    assert hers.texts() == ["Hello Alice", "In between", "Afterwards"]


def test_a_page_says_that_its_scripts_could_not_be_loaded(
    open_window: OpenWindow, alice: Person
) -> None:
    window = open_window(alice)
    window.open_home()
    page = window.context.new_page()  # an error of loading is what is wanted here
    page.route("**/core/dom.js", lambda route: route.abort())
    page.goto("/app")
    expect(page.locator(".net")).to_contain_text("scripts could not be loaded")


@pytest.mark.slow
def test_an_immediate_answer_to_the_first_message_is_shown(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    hers = open_window(alice)
    hers.page.goto(f"/app/u/{bob.id}")
    hers.wait_until_live()
    hold_page(hers, "**/app/c/*", lambda: bob.send("At once", to=alice))
    hers.say("Are you quick?")
    hers.page.wait_for_url("**/app/c/*")
    expect(hers.messages("At once")).to_have_count(1)
    assert hers.texts() == ["Are you quick?", "At once"]
