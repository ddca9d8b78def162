"""Pinning, saving, forwarding and restoring messages, by two people."""

from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.windows import Window, choose
from tests.support.cast import Person


def delete(window: Window, text: str) -> None:
    message = window.messages(text)
    message.focus()
    message.get_by_role("button", name="Delete").click()
    window.agree("Delete")
    expect(window.page.get_by_text("Message deleted.")).to_be_visible()


def test_pins_are_seen_by_all_and_saved_messages_only_by_their_owner(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    room = alice.make_room(bob)
    alice.send("The key is under the pot", conversation_id=room)
    hers, his, tab = open_window(alice), open_window(bob), open_window(bob)
    for window in (hers, his, tab):
        window.open(room)

    choose(hers, "The key", "Pin")
    for window in (hers, his):
        expect(window.messages("The key").locator("[data-mark=pinned]")).to_be_visible()
        expect(window.page.locator("[data-pin-count]")).to_have_text("1")
        expect(window.page.locator(".note .words").last).to_have_text("Alice pinned a message.")

    his.page.get_by_role("link", name="Pinned messages").click()
    panel = his.page.get_by_role("complementary", name="Pinned messages")
    expect(panel.get_by_text("The key is under the pot")).to_be_visible()
    expect(panel.get_by_role("link", name="Show in conversation")).to_be_visible()
    choose(hers, "The key", "Unpin")
    expect(panel.get_by_text("Nothing is pinned yet.")).to_be_visible()
    expect(his.messages("The key").locator("[data-mark=pinned]")).to_be_hidden()

    choose(his, "The key", "Save")
    expect(tab.messages("The key").locator("[data-mark=saved]")).to_be_visible()
    expect(hers.messages("The key").locator("[data-mark=saved]")).to_be_hidden()
    his.page.get_by_role("link", name="Saved", exact=True).click()
    expect(his.page.locator(".kept-card")).to_contain_text("The key is under the pot")
    his.page.get_by_role("button", name="Remove").click()
    expect(his.page.get_by_text("Nothing is saved yet.")).to_be_visible()
    expect(tab.messages("The key").locator("[data-mark=saved]")).to_be_hidden()


def test_versions_are_compared_deletions_undone_and_messages_forwarded(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    room, other = alice.make_room(bob), alice.make_room(bob)
    sent = alice.send("Soup at six", conversation_id=room)
    alice.api.patch(f"/api/messages/{sent['id']}", json={"content": "Soup at seven"})
    hers, his = open_window(alice), open_window(bob)
    for window in (hers, his):
        window.open(room)

    his.page.get_by_role("button", name="(edited)").click()
    dialog = his.page.get_by_role("dialog", name="Versions of this message")
    expect(dialog.locator("li")).to_have_count(2)
    expect(dialog.locator("ins")).to_have_text("seven")
    expect(dialog.locator("del")).to_have_text("six")
    his.page.keyboard.press("Escape")

    delete(hers, "Soup at seven")
    hers.page.keyboard.press("Control+z")  # at once: the offer does not last long
    for window in (hers, his):
        expect(window.messages("Soup at seven")).to_be_visible()

    name = alice.api.get(f"/api/conversations/{other}").json()["name"]
    choose(hers, "Soup at seven", "Forward …")
    hers.page.get_by_role("combobox", name="To").fill(name)
    expect(hers.page.get_by_role("option", name=name)).to_be_visible()
    hers.page.get_by_role("combobox", name="To").press("Enter")
    hers.page.get_by_label("Comment").fill("Hungry?")
    hers.page.get_by_role("button", name="Forward", exact=True).click()
    expect(hers.page.get_by_text("Forwarded to")).to_be_visible()
    his.open(other)
    quoted = his.messages("Hungry?").locator(".forwarded")
    expect(quoted).to_contain_text("Soup at seven")
    expect(quoted.get_by_role("link", name="Forwarded from")).to_be_visible()
    hers.page.get_by_role("button", name="Open").click()
    expect(hers.messages("Hungry?").locator(".forwarded")).to_contain_text("Soup at seven")

    delete(hers, "Hungry?")
    expect(his.messages("This message was deleted.")).to_be_visible()
