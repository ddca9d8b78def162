"""Axe finds nothing in the dialogs, menus and pages that the other journeys pass through."""

from datetime import timedelta

import pytest
import requests
from playwright.sync_api import expect

from servicekit.times import utcnow
from tests.journeys.accessibility import check_access
from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import add_preview, meet
from tests.journeys.dropping import picture
from tests.journeys.windows import choose, open_card
from tests.support.cast import Person
from tests.support.stack import Stack

pytestmark = pytest.mark.slow
NOWHERE = "http://127.0.0.1:1/run"
TOMORROW = (utcnow() + timedelta(days=1)).isoformat()


def test_what_opens_at_a_message_is_accessible(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    soup = alice.send("Soup at six", to=bob)
    alice.api.patch(f"/api/messages/{soup['id']}", json={"content": "Soup at seven"})
    alice.api.put(f"/api/messages/{soup['id']}/reactions/🎉")
    bob.send("I bring bread", to=alice)
    window = open_window(bob)
    page = window.page
    window.open(soup["conversation_id"])
    message = window.messages("Soup at seven")

    message.locator(".reaction").focus()
    expect(page.locator(".tip")).to_be_visible()
    check_access(window)
    message.hover()
    message.get_by_role("button", name="React (:)").click()
    expect(page.get_by_role("dialog", name="Choose an emoji")).to_be_visible()
    check_access(window)
    page.keyboard.press("Escape")

    page.get_by_role("button", name="(edited)").click()
    expect(page.get_by_role("dialog", name="Versions of this message")).to_contain_text("seven")
    check_access(window)
    page.keyboard.press("Escape")

    choose(window, "Soup at seven", "Forward …")
    page.get_by_role("combobox", name="To").fill(alice.name)
    expect(page.get_by_role("option", name=alice.name).first).to_be_visible()
    check_access(window)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    choose(window, "Soup at seven", "Report …")
    dialog = page.get_by_role("dialog", name="Report this message")
    dialog.get_by_role("button", name="Report").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    check_access(window)
    page.keyboard.press("Escape")

    open_card(window, "Alice")
    check_access(window)
    page.keyboard.press("Escape")

    own = window.messages("I bring bread")
    own.focus()
    own.get_by_role("button", name="Delete").click()
    window.agree("Delete")
    expect(page.get_by_text("Message deleted.")).to_be_visible()
    check_access(window)


def test_what_opens_in_a_conversation_is_accessible(
    open_window: OpenWindow, stack: Stack, alice: Person, bob: Person
) -> None:
    link = "https://soup.example/leek"
    linked = alice.send(f"The killer is ||the gardener||, see {link}", to=bob)
    add_preview(stack, linked["id"], link, "Leek soup")
    alice.send("```\nmake run\n```", to=bob, reply_to=linked["id"])
    alice.api.put(f"/api/messages/{linked['id']}/pin").raise_for_status()
    path = f"/app/c/{linked['conversation_id']}"
    window = open_window(bob)
    page = window.page

    page.goto(f"{path}?at={linked['seq']}")
    window.wait_until_live()
    expect(page.locator(".message.linked .preview")).to_be_visible()
    check_access(window)
    page.get_by_label("Options", exact=True).click()
    check_access(window)
    page.keyboard.press("Escape")
    page.get_by_label("Message Alice").press_sequentially("Good :thumbsu")
    expect(page.get_by_role("listbox", name="Emoji")).to_be_visible()
    check_access(window)
    page.keyboard.press("Escape")
    page.get_by_label("Message Alice").fill("")
    page.get_by_role("log").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    check_access(window)
    page.keyboard.press("Escape")
    for beside in (f"{path}/pins", f"{path}/thread/{linked['id']}"):
        check_access(window, beside)
    window.wait_until_live()
    window.context.set_offline(True)
    expect(page.locator(".net")).to_contain_text("Offline")
    check_access(window)


def test_pages_of_what_a_person_keeps_and_finds_are_accessible(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    room, chat = alice.make_room(bob), meet(bob, alice)
    alice.read_all(chat)
    for place, mark in ((room, {"starred": True}), (chat, {"muted_until": TOMORROW})):
        alice.api.patch(f"/api/conversations/{place}/me", json=mark).raise_for_status()
    lunch = alice.send("Lunch?", conversation_id=room)
    bob.send("Yes, at noon", conversation_id=room, reply_to=lunch["id"])
    bob.send("I am hungry", conversation_id=room)
    alice.api.put(f"/api/messages/{lunch['id']}/saved").raise_for_status()
    later = {"conversation_id": chat, "content": "Later", "send_at": TOMORROW}
    alice.api.post("/api/scheduled", json=later).raise_for_status()
    window = open_window(alice)
    for path, shown in {
        "/app": f"[data-conversation='{room}'] [data-number]",
        "/app/threads": ".followed",
        "/app/saved": ".kept-card",
        "/app/drafts": "main li:has(form)",
        f"/app/search?q=lunch+in:{room}": "main",
        "/offline": "h1",
    }.items():
        window.page.goto(path)
        expect(window.page.locator(shown).first).to_be_visible()
        check_access(window)

    window.page.goto("/settings")
    window.page.get_by_label("Choose a picture").set_input_files(picture())
    expect(
        window.page.get_by_role("dialog", name="Choose a square").locator("canvas")
    ).to_be_focused()
    check_access(window)


def test_pages_of_administrators_are_accessible(
    open_window: OpenWindow, admin: Person, alice: Person, bob: Person
) -> None:
    room = alice.make_room(bob, admin)
    rude = bob.send("You break everything", conversation_id=room)
    reason = {"reason": "This hurts"}
    alice.api.post(f"/api/messages/{rude['id']}/report", json=reason).raise_for_status()
    theirs, his = open_window(admin), open_window()
    page = theirs.page
    page.goto(f"/admin/people?q={bob.nickname}")
    check_access(theirs)
    page.get_by_role("button", name="New password for Bob").click()
    link = page.locator("code.secret").inner_text()
    check_access(theirs)
    check_access(his, link)

    page.goto("/admin/reports")
    expect(page.get_by_role("article").filter(has_text="You break everything")).to_be_visible()
    check_access(theirs)
    check_access(theirs, "/admin/export")
    check_access(theirs, "/admin/integrations")
    page.get_by_label("Nickname").fill(f"robo{alice.id}")
    page.locator("#bot_name").fill("Robot")
    page.get_by_role("button", name="Make a bot").click()
    expect(page.locator("code.secret")).to_be_visible()
    check_access(theirs)


def test_pages_of_integrations_are_accessible(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    room = alice.make_room(bob)
    window = open_window(alice)
    page = window.page
    page.goto(f"/integrations/{room}")
    page.locator("#incoming-name").fill("Deploys")
    page.get_by_role("button", name="Make an incoming webhook").click()
    address = page.locator("code.secret").inner_text()
    requests.post(address, json={"text": "staging is *up*"}, timeout=10).raise_for_status()
    page.locator("#outgoing-name").fill("Builder")
    page.locator("#outgoing-url").fill(NOWHERE)
    page.get_by_role("button", name="Make an outgoing webhook").click()
    expect(page.locator("code.secret")).to_contain_text("whsec_")
    check_access(window)
    bob.send("Build it", conversation_id=room)
    page.get_by_role("link", name="Deliveries of Builder").click()
    expect(page.locator(".deliveries")).to_be_visible()
    check_access(window)
