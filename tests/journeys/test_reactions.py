"""Reacting to messages with emoji, seen by others at once."""

from playwright.sync_api import Locator, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet
from tests.journeys.windows import PHONE
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
    expect(picker.get_by_role("heading").first).to_have_text("Smileys")  # nothing was used yet
    expect(picker).to_be_visible()
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


def test_a_long_press_offers_the_tools_of_a_message(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    tall = bob.send("\n\n".join(map(str, range(60))), conversation_id=conversation_id)
    last = bob.send("Last", conversation_id=conversation_id)
    window = open_window(alice, **PHONE | {"viewport": {"width": 390, "height": 560}})
    window.page.goto(f"/app/c/{conversation_id}?at={last['seq']}")
    message = window.page.locator(f"#m{last['id']}")
    expect(message).to_be_focused()
    assert not _is_seen(message.get_by_role("toolbar"))

    window.page.locator("main form.box textarea").tap()
    _press_long(message)
    tools = message.get_by_role("toolbar")
    assert _is_seen(tools)
    tools.get_by_role("button", name="React (:)").tap()
    window.page.get_by_role("dialog").get_by_role("button", name="thumbs up").first.tap()
    expect(message.locator(".reaction")).to_have_text("👍1")

    above = window.page.locator(f"#m{tall['id']}")
    above.evaluate("(it) => { it.closest('.log').scrollTop += it.getBoundingClientRect().top; }")
    _press_long(above.locator("p").nth(8))
    log = window.page.locator("main .log").bounding_box()
    toolbar = above.get_by_role("toolbar").bounding_box()
    assert log
    assert toolbar
    assert toolbar["y"] >= log["y"]


def _press_long(message: Locator) -> None:
    box = message.bounding_box()
    assert box
    session = message.page.context.new_cdp_session(message.page)
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    article = message.locator("xpath=ancestor-or-self::article")
    expect(article.locator(".tools.called")).to_be_attached()
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def _is_seen(tools: Locator) -> bool:
    """They are kept in the page, transparent, where none are offered."""
    seen: bool = tools.evaluate("(tools) => getComputedStyle(tools).opacity === '1'")
    return seen
