"""What somebody writes and has not sent yet: the same text on every device."""

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
    pencil = desk.page.get_by_role("link", name="Bob").get_by_text("draft")
    expect(pencil).to_be_hidden()

    there.fill("Half a")
    expect(pencil).to_be_visible()
    desk.page.get_by_role("link", name="Bob").click()
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
