"""The box to write in: what is too long, what looks like a command, and touch keyboards."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet
from tests.support.cast import Person

PASTE = """(box, text) => {
  box.focus();
  document.execCommand("insertText", false, text);
}"""


def test_a_text_that_is_too_long_is_kept_whole_and_can_be_sent_as_a_file(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    window = open_window(alice)
    window.open(meet(alice, bob))
    box = window.page.get_by_label("Message Bob")
    text = "word " * 2100
    box.evaluate(PASTE, text)
    expect(box).to_have_value(text)
    over = window.page.locator(".over")
    expect(over).to_contain_text("Too long by 499 characters.")
    box.press("Enter")
    expect(window.page.locator(".net")).to_contain_text("This is too long to send.")
    over.get_by_role("button", name="Send it as a text file").click()
    expect(box).to_have_value("")
    expect(window.page.locator(".parcel")).to_contain_text("message.txt")
    box.fill("The whole story")
    box.press("Enter")
    message = window.messages("The whole story")
    expect(message.get_by_role("link", name="message.txt")).to_be_visible()


@pytest.mark.slow
def test_an_unknown_command_is_not_posted(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    window = open_window(alice)
    window.open(conversation_id)
    window.say("/nope now")
    expect(window.page.locator(".net")).to_contain_text("There is no command /nope.")
    expect(window.page.get_by_label("Message Bob")).to_have_value("/nope now")
    window.complaints.clear()  # the browser's own word about status 404
    window.say("//nope now")
    expect(window.messages("/nope now")).to_be_visible()
    window.say("/etc/passwd is a file")
    expect(window.page.locator(".message.waiting")).to_have_count(0)
    assert window.texts() == ["Hello Bob", "/nope now", "/etc/passwd is a file"]
    plain = open_window(alice, java_script_enabled=False)
    plain.page.goto(f"/app/c/{conversation_id}")
    plain.page.get_by_label("Message Bob").fill("/nope again")
    plain.page.get_by_role("button", name="Send").click()
    expect(plain.page.get_by_role("alert")).to_contain_text("There is no command /nope.")
    plain.complaints.clear()  # the browser's own word about status 400
    expect(plain.page.get_by_label("Message Bob")).to_have_value("/nope again")
    expect(plain.page.get_by_role("button", name="Attach files")).to_be_hidden()


@pytest.mark.slow
def test_enter_makes_a_new_line_on_touch_keyboards(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    window = open_window(alice, **phone)
    window.page.goto(f"/app/c/{meet(alice, bob)}")
    box = window.page.get_by_label("Message Bob")
    box.press_sequentially("One")
    box.press("Enter")
    box.press_sequentially("Two")
    expect(box).to_have_value("One\nTwo")
    window.page.get_by_role("button", name="Send").click()
    expect(window.messages("Two")).to_contain_text("One")


@pytest.mark.slow
def test_page_up_in_the_box_scrolls_the_conversation(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    for number in range(40):
        alice.send(f"Line {number}", to=bob)
    window = open_window(alice)
    window.open(conversation_id)
    box = window.page.get_by_label("Message Bob")
    box.press("PageUp")
    expect(window.page.get_by_role("button", name="Newest messages ↓")).to_be_visible()
    box.press("PageDown")
    expect(window.page.get_by_role("button", name="Newest messages ↓")).to_be_hidden()
