"""Drafts: the same unsent text on every device."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet
from tests.journeys.windows import PHONE
from tests.support.cast import Person


def test_a_draft_begun_on_the_phone_is_finished_on_the_desktop(
    open_window: OpenWindow, alice: Person, bob: Person, charlie: Person
) -> None:
    conversation_id, other_id = meet(bob, alice), meet(charlie, alice)
    phone, desk, his = open_window(alice, **PHONE), open_window(alice), open_window(bob)
    phone.page.goto(f"/app/c/{conversation_id}")
    expect(phone.page.locator(".who [data-presence=online]")).to_be_attached()
    desk.open(other_id)
    his.open(conversation_id)
    there, here = (window.page.locator("main form.box textarea") for window in (phone, desk))
    pencil = desk.page.locator(".lists").get_by_role("link", name="Bob").get_by_text("draft")
    expect(pencil).to_be_hidden()

    there.fill("Half a")
    expect(pencil).to_be_visible()
    desk.page.locator(".lists").get_by_role("link", name="Bob").click()
    expect(here).to_have_value("Half a")
    here.press_sequentially(" thought")
    expect(there).to_have_value("Half a thought")

    phone.context.set_offline(True)
    there.fill("Half a thought, in a tunnel")
    phone.context.set_offline(False)
    expect(here).to_have_value("Half a thought, in a tunnel")

    here.press("Enter")
    expect(his.messages("Half a thought, in a tunnel")).to_be_visible()
    expect(there).to_have_value("")
    expect(pencil).to_be_hidden()
    for window in (phone, desk):
        window.page.reload()
        expect(window.page.locator("main form.box textarea")).to_have_value("")
    assert alice.api.get("/api/drafts").json() == []


def test_a_message_is_scheduled_by_keyboard_changed_and_sent_at_its_time(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(bob, alice)
    hers, his = open_window(alice), open_window(bob)
    hers.open(conversation_id)
    his.open(conversation_id)
    page = hers.page
    box = page.locator("main form.box textarea")
    box.fill("Happy birthday!")
    page.get_by_role("button", name="Schedule for later").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="In 1 hour")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    line = page.locator(".scheduled-here")
    expect(line).to_contain_text("Will be sent tomorrow, 09:00.")
    expect(box).to_have_value("")

    line.get_by_role("link", name="See all").click()
    entry = page.get_by_role("listitem").filter(has_text="Happy birthday!")
    expect(entry).to_contain_text("tomorrow, 09:00")
    entry.get_by_text("Edit").click()
    entry.get_by_role("textbox", name="Message").fill("Happy birthday, Bob!")
    entry.get_by_role("button", name="Save").click()
    expect(page.get_by_role("listitem").filter(has_text="Happy birthday, Bob!")).to_be_visible()
    assert his.texts() == ["Hello Bob"]

    hers.open(conversation_id)
    expect(line).to_contain_text("1 message is scheduled here.")
    (scheduled,) = alice.api.get("/api/scheduled").json()
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    path = f"/api/scheduled/{scheduled['id']}"
    assert alice.api.patch(path, json={"send_at": soon}).status_code == 200
    expect(his.messages("Happy birthday, Bob!")).to_be_visible()
    expect(hers.messages("Happy birthday, Bob!")).to_be_visible()
    expect(line).to_be_hidden()
    hers.page.goto("/app/drafts")
    expect(page.locator("main")).to_contain_text("No drafts, and nothing scheduled.")
