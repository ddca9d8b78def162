"""Signing up by invite: from the first account to a link that no longer works."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.windows import Window
from tests.support.browser import Profiles
from tests.support.cast import PASSWORD
from tests.support.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def closed_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A Parley without people, to which nobody comes without an invite."""
    environ = {"REGISTRATION": "invite", "PLACE_NAME": "Maple Street"}
    with Stack(tmp_path_factory.mktemp("invites"), environ=environ) as running:
        yield running


def test_an_invite_lets_one_person_sign_up(browser: "Browser", closed_stack: Stack) -> None:
    profiles = Profiles(browser, closed_stack.url)
    hers, his = Window(profiles), Window(profiles)
    hers.page.goto("/")
    expect(hers.page.get_by_role("heading", level=1)).to_have_text("Set up Maple Street")
    fill_in(hers.page, "Alice")
    his.page.goto("/signup")
    expect(his.page.get_by_role("heading", level=1)).to_have_text("Ask for an invite")
    his.page.goto(create_invite(hers.page))
    fill_in(his.page, "Bob")

    withdrawn = create_invite(hers.page)
    hers.page.get_by_role("button", name="Withdraw").click()
    expect(hers.page.get_by_text("Invite withdrawn.")).to_be_visible()
    late = Window(profiles)
    late.page.goto(withdrawn)
    expect(late.page.get_by_text("Ask for a new link")).to_be_visible()
    late.page.get_by_role("link", name="Log in").click()
    expect(late.page.get_by_role("heading", level=1)).to_have_text("Log in")
    for window in (hers, his, late):
        window.close()
        assert window.complaints == []


def fill_in(page: Page, name: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Nickname").fill(name.lower())
    page.get_by_label("Email").fill(f"{name.lower()}@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Welcome, {name}")


def create_invite(page: Page) -> str:
    """The address of the link, as the administrator copies it."""
    page.goto("/admin/invites")
    page.get_by_role("button", name="Create invite link").click()
    return page.locator(".secret").inner_text()
