"""Search in the browser: the page, its filters, Ctrl-K, and the way to the message in its place."""

from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.support.cast import Person


def test_a_message_is_found_by_page_and_keyboard_and_opened_in_its_place(
    open_window: OpenWindow, alice: Person, bob: Person, charlie: Person
) -> None:
    room, hidden = alice.make_room(bob), alice.make_room(charlie)
    word = f"marmalade{alice.nickname}"
    alice.send(f"<b>Orange</b> {word} recipe", conversation_id=room)
    first = bob.send(f"Who made the {word}?", conversation_id=room)
    reply = alice.send(f"My {word} is in the cellar", conversation_id=room, reply_to=first["id"])
    alice.send(f"A secret {word}", conversation_id=hidden)
    window = open_window(bob)
    page = window.page
    window.open(room)

    page.get_by_role("link", name="Search in this conversation").click()
    expect(page.get_by_label("Conversation", exact=True)).to_have_value(str(room))
    page.get_by_label("Search messages").fill(word[3:].upper())
    page.keyboard.press("Enter")
    entries = page.locator(".found-message")
    expect(entries).to_have_count(3)
    expect(entries.last).to_contain_text("Orange")
    expect(entries.last.locator("mark")).to_have_text(word[3:])
    page.get_by_label("Author").fill(bob.nickname)
    page.keyboard.press("Enter")
    expect(entries).to_have_count(1)
    entries.get_by_role("link").click()
    page.wait_for_url(f"**/app/c/{room}?at={first['seq']}")
    expect(window.messages(f"Who made the {word}?")).to_be_in_viewport()

    page.goto("/app/search?q=has%3Amoney")
    expect(page.get_by_role("alert")).to_contain_text("Must have has:file")
    page.goto("/app/search")
    expect(page.locator(".recent-searches a").first).to_contain_text(f"from:{bob.nickname}")

    page.keyboard.press("ControlOrMeta+k")
    dialog = page.get_by_role("dialog", name="Find or jump")
    page.keyboard.type(f"{word} cellar")
    option = dialog.get_by_role("option", name="is in the cellar")
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/app/c/{room}/thread/{first['id']}?at={reply['seq']}")
    expect(page.locator("aside.thread")).to_contain_text(f"My {word} is in the cellar")
