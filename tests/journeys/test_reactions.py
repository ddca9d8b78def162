"""Reacting to messages with emoji, seen by others at once."""

from playwright.sync_api import expect

from tests.journeys.accessibility import check_access
from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet
from tests.support.cast import Person


def test_reactions_are_chosen_counted_named_and_removed_on_both_screens(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    hers, his = open_window(alice), open_window(bob)
    hers.open(conversation_id)
    his.open(conversation_id)
    message = hers.messages("Hello Bob")
    message.hover()
    message.get_by_role("button", name="React (:)").click()
    picker = hers.page.get_by_role("dialog", name="Choose an emoji")
    expect(picker).to_be_visible()
    check_access(hers)
    hers.page.keyboard.type("tada")
    expect(picker.get_by_role("button", name="party popper")).to_be_visible()
    hers.page.keyboard.press("Enter")
    expect(picker).to_have_count(0)
    hers_chip = message.locator(".reaction")
    expect(hers_chip).to_have_attribute("aria-pressed", "true")

    chip = his.messages("Hello Bob").locator(".reaction")
    expect(chip).to_have_text("🎉1")
    expect(chip).to_have_attribute("aria-pressed", "false")
    chip.focus()
    words = f"{alice.name} reacted with 🎉"
    expect(his.page.get_by_role("button", name=words, exact=True)).to_be_visible()
    expect(his.page.locator(".tip")).to_have_text(words)
    chip.click()
    expect(hers_chip).to_have_text("🎉2")
    check_access(his)

    his.page.route("**/api/messages/**", lambda route: route.abort())
    chip.click()
    expect(his.page.locator(".net")).to_contain_text("Your reaction was not changed")
    expect(chip).to_have_text("🎉2")
    expect(chip).to_have_attribute("aria-pressed", "true")
    his.page.unroute("**/api/messages/**")
    his.page.reload()
    his.wait_until_live()
    expect(chip).to_have_attribute("aria-pressed", "true")
    chip.click()
    expect(hers_chip).to_have_text("🎉1")
    hers_chip.click()
    expect(chip).to_have_count(0)
