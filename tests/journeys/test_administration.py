"""An administrator helps somebody who forgot a password, and ends an account."""

from playwright.sync_api import expect

from tests.journeys.accessibility import check_access
from tests.journeys.conftest import OpenWindow
from tests.support.cast import Person

NEW = "another correct horse"


def test_an_administrator_sends_a_link_for_a_new_password_and_ends_the_account(
    open_window: OpenWindow, admin: Person, bob: Person
) -> None:
    hers, his = open_window(admin), open_window()
    hers.page.goto(f"/admin/people?q={bob.nickname}")
    check_access(hers)
    hers.page.get_by_role("button", name="New password for Bob").click()
    link = hers.page.locator("code.secret").inner_text()

    his.page.goto(link)
    check_access(his)
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


def test_the_page_of_accounts_is_for_administrators(open_window: OpenWindow, bob: Person) -> None:
    window = open_window(bob)
    assert window.page.request.get("/admin/people").status == 403
