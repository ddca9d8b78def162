"""Signing up, logging in and out, and what settings can do."""

import re

import pytest
import requests
from playwright.sync_api import Dialog, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet
from tests.support.cast import PASSWORD, Person
from tests.support.stack import Stack


def test_a_new_person_signs_up_and_sees_the_next_steps(open_window: OpenWindow) -> None:
    window = open_window()
    page = window.page
    page.goto("/")
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Name", exact=True).fill("Zoë Ångström")
    page.get_by_label("Nickname").fill("zoe")
    page.get_by_label("Email").fill("zoe@example.com")
    page.get_by_label("Password").fill("kurz")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_label("Password")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Nickname")).to_have_value("zoe")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Zoë")
    expect(page.get_by_role("link", name="Message somebody").last).to_be_visible()
    window.complaints.clear()  # the 422 above


def test_a_wrong_password_shows_an_error_and_keeps_the_login_name(
    open_window: OpenWindow, alice: Person
) -> None:
    window = open_window()
    window.page.goto("/login")
    window.page.get_by_label("Nickname or email").fill(alice.nickname)
    window.page.get_by_label("Password").fill(f"not {alice.password}")
    window.page.get_by_role("button", name="Log in").click()
    expect(window.page.get_by_role("alert")).to_contain_text("not right")
    expect(window.page.get_by_label("Nickname or email")).to_have_value(alice.nickname)
    window.complaints.clear()


def test_logging_in_opens_the_requested_page(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    window = open_window()
    window.page.goto(f"/app/c/{conversation_id}")
    expect(window.page).to_have_url(re.compile("/login"))
    window.page.get_by_label("Nickname or email").fill(alice.nickname)
    window.page.get_by_label("Password").fill(alice.password)
    window.page.get_by_role("button", name="Log in").click()
    expect(window.messages("Hello Bob")).to_be_visible()


def test_a_copied_cookie_is_useless_after_logging_out(
    open_window: OpenWindow, alice: Person, stack: Stack
) -> None:
    window = open_window(alice)
    cookies = {c["name"]: c["value"] for c in window.context.cookies()}
    page = f"{stack.url}/settings"
    assert requests.get(page, cookies=cookies, timeout=10).ok
    window.page.goto("/settings")
    window.page.get_by_role("button", name="Log out").click()
    expect(window.page.get_by_role("heading", level=1)).to_have_text("Log in")
    answer = requests.get(page, cookies=cookies, allow_redirects=False, timeout=10)
    assert answer.headers["Location"].startswith("/login")
    answer = requests.get(f"{stack.url}/api/conversations", cookies=cookies, timeout=10)
    assert answer.status_code == 401


def test_ending_another_session_logs_that_browser_out_within_seconds(
    open_window: OpenWindow, alice: Person
) -> None:
    here, there = open_window(alice), open_window(alice)
    there.open_home()
    here.page.goto("/settings")
    expect(here.page.locator("#sessions li")).to_have_count(2)
    here.page.locator("#sessions").get_by_role("button", name="End", exact=True).click()
    expect(here.page.locator("#sessions li")).to_have_count(1)
    expect(there.page.get_by_role("status")).to_contain_text("You are logged out")
    there.page.get_by_role("link", name="Log in again").click()
    expect(there.page.get_by_role("heading", level=1)).to_have_text("Log in")
    there.complaints.clear()  # the 401 that told it


def test_an_api_token_is_shown_once_works_and_stops_when_revoked(
    open_window: OpenWindow, alice: Person, stack: Stack
) -> None:
    window = open_window(alice)
    window.page.goto("/settings")
    window.page.get_by_label("Name of a new token").fill("my script")
    window.page.get_by_role("button", name="Create token").click()
    token = window.page.locator(".secret").inner_text()
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.get(f"{stack.url}/api/users/me", headers=headers, timeout=10).ok
    window.page.goto("/settings")
    expect(window.page.locator(".secret")).to_have_count(0)
    window.page.get_by_role("button", name="Revoke my script").click()
    expect(window.page.locator(".say")).to_contain_text("revoked")
    answer = requests.get(f"{stack.url}/api/users/me", headers=headers, timeout=10)
    assert answer.status_code == 401


@pytest.mark.slow
def test_a_new_name_and_a_new_password_take_effect_at_once(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    hers, his = open_window(alice), open_window(bob)
    hers.page.goto("/settings")
    hers.page.get_by_label("Name", exact=True).fill("Alice Liddell")
    hers.page.get_by_role("button", name="Save profile").click()
    expect(hers.page.locator(".say")).to_contain_text("saved")
    hers.page.locator("#old_password").fill("wrong")
    hers.page.get_by_label("New password").fill("another horse battery")
    hers.page.get_by_role("button", name="Change password").click()
    expect(hers.page.get_by_text("That password is wrong.")).to_be_visible()
    hers.complaints.clear()
    hers.page.locator("#old_password").fill(alice.password)
    hers.page.get_by_label("New password").fill("another horse battery")
    hers.page.get_by_role("button", name="Change password").click()
    expect(hers.page.locator(".say")).to_contain_text("changed")
    his.page.goto(f"/app/u/{alice.id}")
    expect(his.page.get_by_role("heading", level=1)).to_have_text("Alice Liddell")
    alice.password = "another horse battery"
    open_window(alice).open_home()


def test_logging_out_removes_drafts_and_the_store_of_unsent_messages(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    window = open_window(alice)
    page = window.page
    page.goto(f"/app/c/{conversation_id}")
    page.get_by_role("textbox", name="Message").fill("a draft")
    drafts = "Object.keys(localStorage).filter((key) => key.startsWith('parley-draft-')).length"
    assert page.evaluate(drafts) == 1
    page.goto("/settings")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    assert page.evaluate(drafts) == 0
    names = "indexedDB.databases().then((found) => found.map(({ name }) => name))"
    assert f"parley-{alice.id}" not in page.evaluate(names)


@pytest.mark.slow
def test_logging_out_asks_before_it_deletes_unsent_messages(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    window = open_window(alice)
    page = window.page
    window.break_sockets_on_sending()
    window.open(conversation_id)
    page.route("**/api/messages", lambda route: route.abort())
    window.say("On my way")
    expect(window.messages("On my way").locator(".state")).to_be_visible()
    page.goto("/settings")
    questions: list[str] = []

    def refuse(dialog: Dialog) -> None:
        questions.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", refuse)
    with page.expect_event("dialog"):
        page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    assert questions == ["1 message has not been sent yet. Log out and delete what is unsent?"]
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    page.unroute("**/api/messages")
    window.log_in(alice)
    window.open(conversation_id)
    expect(window.messages("Hello Bob")).to_be_visible()
    expect(window.messages("On my way")).to_have_count(0)
