"""An administrator helps somebody who forgot a password, ends an account, and reads reports."""

from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.support.cast import Person

NEW = "another correct horse"


def test_an_administrator_sends_a_link_for_a_new_password_and_ends_the_account(
    open_window: OpenWindow, admin: Person, bob: Person
) -> None:
    hers, his = open_window(admin), open_window()
    hers.page.goto(f"/admin/people?q={bob.nickname}")
    hers.page.get_by_role("button", name="New password for Bob").click()
    link = hers.page.locator("code.secret").inner_text()

    his.page.goto(link)
    his.page.get_by_label("New password").fill(NEW)
    his.page.get_by_role("button", name="Set password").click()
    expect(his.page.get_by_role("status")).to_contain_text("Your password has been changed")
    his.page.get_by_label("Nickname or email").fill(bob.nickname)
    his.page.get_by_label("Password").fill(NEW)
    his.page.get_by_role("button", name="Log in").click()
    expect(his.page).to_have_url(f"{hers.page.url.partition('/admin')[0]}/app")
    his.page.goto(link)
    expect(his.page.get_by_role("alert")).to_contain_text("not valid any more")

    hers.page.goto(f"/admin/people?q={bob.nickname}")
    hers.page.get_by_role("button", name="Deactivate Bob").click()
    expect(hers.page.get_by_role("button", name="Activate Bob", exact=True)).to_be_visible()
    his.page.goto("/app")
    expect(his.page.get_by_role("button", name="Log in")).to_be_visible()


def test_a_report_leads_an_administrator_to_the_message_in_its_context(
    open_window: OpenWindow, admin: Person, alice: Person, bob: Person
) -> None:
    room = alice.make_room(bob)
    bob.send("Who brings the ladder?", conversation_id=room)
    alice.send("Not you, you break everything", conversation_id=room)
    his, hers = open_window(bob), open_window(admin)
    his.open(room)

    rude = his.messages("Not you")
    rude.focus()
    rude.get_by_role("button", name="More").click()
    rude.get_by_role("menuitem", name="Report").click()
    dialog = his.page.get_by_role("dialog", name="Report this message")
    dialog.get_by_role("button", name="Report").click()
    expect(dialog.get_by_role("alert")).to_have_text("Write what is wrong with the message.")
    dialog.get_by_label("What is wrong with it?").fill("This hurts")
    dialog.get_by_role("button", name="Report").click()
    expect(his.page.get_by_text("Reported to the administrators.")).to_be_visible()
    expect(dialog).to_be_hidden()
    own = his.messages("Who brings")
    own.focus()
    own.get_by_role("button", name="More").click()
    expect(own.get_by_role("menuitem", name="Copy text")).to_be_visible()
    expect(own.get_by_role("menuitem", name="Report")).to_be_hidden()

    hers.page.goto("/admin/reports")
    report = hers.page.get_by_role("article").filter(has_text="Not you")
    for shown in ("This hurts", "Who brings the ladder?", "by Bob"):
        expect(report).to_contain_text(shown)
    report.get_by_role("button", name="Delete message").click()
    expect(hers.page.get_by_role("status")).to_have_text("Message deleted.")
    expect(his.messages("This message was deleted.")).to_be_visible()
    report.get_by_role("button", name="Close report").click()
    expect(hers.page.get_by_role("status")).to_have_text("Report closed.")
    expect(report).to_have_count(0)


def test_the_page_of_accounts_is_for_administrators(open_window: OpenWindow, bob: Person) -> None:
    window = open_window(bob)
    assert window.page.request.get("/admin/people").status == 403
