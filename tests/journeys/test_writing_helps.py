"""Help with writing: emoji by name, formatting, pasted text, and what becomes of it."""

from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet
from tests.support.cast import Person

PASTE = """(box, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "plain");
  const event = { clipboardData: data, bubbles: true, cancelable: true };
  box.dispatchEvent(new ClipboardEvent("paste", event));
}"""


def test_emoji_and_formats_are_written_with_keys_and_buttons(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    window = open_window(alice)
    window.open(meet(alice, bob))
    page, box = window.page, window.page.get_by_label("Message Bob")
    box.press_sequentially("Good :thumbsu")
    expect(page.get_by_role("listbox", name="Emoji").get_by_role("option")).to_have_count(1)
    box.press("Escape")
    box.press_sequentially("p: :tad")
    page.get_by_role("option", name=":tada:").click()
    expect(box).to_have_value("Good 👍 🎉 ")
    box.press_sequentially("all")
    for _ in "all":
        box.press("Shift+ArrowLeft")
    box.press("Control+b")
    expect(box).to_have_value("Good 👍 🎉 **all**")
    box.press("Control+k")
    expect(box).to_have_value("Good 👍 🎉 **[all](https://)**")
    box.press_sequentially("https://example.org")
    box.press("End")
    page.get_by_role("button", name="Emoji", exact=True).click()
    expect(page.get_by_role("dialog", name="Choose an emoji")).to_be_visible()
    page.keyboard.type("seedling")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Good 👍 🎉 **[all](https://example.org)**🌱")
    box.press("Enter")
    link = window.messages("Good").locator("strong").get_by_role("link", name="all")
    expect(link).to_have_attribute("href", "https://example.org")
    box.evaluate(PASTE, "<p>From <b>the web</b></p>")
    expect(box).to_have_value("From **the web**")
    box.fill("Sent :rocket: `:rocket:`")
    box.press("Enter")
    expect(window.messages("Sent 🚀 :rocket:")).to_be_visible()


def test_a_spoiler_is_hidden_until_it_is_asked_for_and_code_can_be_copied(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    alice.send("The killer is ||the [gardener](https://example.org)||", to=bob)
    alice.send("```\nmake run\n```", to=bob)
    window = open_window(bob)
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    window.open(conversation_id)
    spoiler = window.page.get_by_role("button", name="Spoiler")
    expect(window.page.get_by_text("gardener")).to_be_hidden()
    spoiler.focus()
    window.page.keyboard.press("Enter")
    expect(window.page.get_by_role("link", name="gardener")).to_be_visible()
    expect(window.page.locator("[data-arrivals]")).to_have_text("Spoiler: the gardener")
    window.messages("make run").hover()
    window.page.get_by_role("button", name="Copy code").click()
    expect(window.page.locator(".copy-code [role=status]")).to_have_text("Copied")
    assert window.page.evaluate("navigator.clipboard.readText()") == "make run"
    assert window.page.url.endswith(f"/app/c/{conversation_id}")
