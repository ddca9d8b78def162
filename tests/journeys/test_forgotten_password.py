"""From "Forgot your password?" to being logged in, by e-mails and a code of an app."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pyotp
import pytest
from playwright.sync_api import expect

from tests.journeys.accessibility import check_access
from tests.journeys.conftest import OpenWindow
from tests.support.cast import Person
from tests.support.mail_server import Inbox, running_mail_server
from tests.support.stack import Stack
from tests.support.waiting import wait_until

pytestmark = pytest.mark.slow
NEW = "another correct horse"


@pytest.fixture
def inbox(stack: Stack, admin: Person) -> Iterator[Inbox]:
    """The e-mails that users_service sends; afterwards it sends none again."""
    with running_mail_server() as controller:
        smtp = {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(controller.port),
            "SMTP_SECURITY": "none",
        }
        restart_users_service(stack, smtp)
        for name in ("Oak Street", "Parley"):  # a change, after which the gateway asks again
            admin.api.patch("/api/settings", json={"place_name": name}).raise_for_status()
        received: Inbox = controller.handler
        yield received
        restart_users_service(stack, {"SMTP_HOST": ""})


def restart_users_service(stack: Stack, settings: dict[str, str]) -> None:
    program = stack.programs["users_service"]
    stack.processes["users_service"].stop()
    stack.processes["users_service"] = stack._process(
        replace(program, environ={**program.environ, **settings})
    )
    stack.start_service("users_service")


def link_to(inbox: Inbox, address: str, subject: str) -> str:
    """The link in the e-mail, once it has come."""

    def found() -> list[str]:
        texts = [
            str(mail.get_content())
            for mail in inbox.received
            if address in mail["To"] and mail["Subject"] == subject
        ]
        return re.findall(r"https?://\S+/(?:reset|confirm-email)/\S+", "\n".join(texts))

    wait_until(lambda: bool(found()), 30, what=f"an e-mail “{subject}”")
    return found()[-1]


def test_a_forgotten_password_is_replaced_by_a_link_that_comes_by_email(
    open_window: OpenWindow, stack: Stack, inbox: Inbox
) -> None:
    bob = stack.sign_up("bob")
    window = open_window(bob, bypass_csp=True)
    page = window.page
    wait_until(lambda: page.goto("/settings") and page.get_by_text("is not confirmed").count())
    expect(page.get_by_text(f"{bob.email} is not confirmed")).to_be_visible()
    page.get_by_role("button", name="Send link").click()
    expect(page.get_by_text("A link is on its way to your address.")).to_be_visible()
    page.goto(link_to(inbox, bob.email, "Confirm your e-mail address"))
    check_access(window)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("status")).to_contain_text("Your address is confirmed.")
    page.goto("/settings")
    expect(page.get_by_text("is not confirmed")).to_have_count(0)
    page.goto("/settings/sign-in")
    page.get_by_role("button", name="Set up").click()
    totp = pyotp.TOTP(page.locator("code.secret").inner_text())
    page.get_by_label("Code that the app shows").fill(totp.at(datetime.now(), counter_offset=-1))
    page.get_by_role("button", name="Turn on two-step login").click()
    expect(page.locator(".codes code").first).to_be_visible()

    page.goto("about:blank")
    window.context.clear_cookies()
    page.goto("/login")
    page.get_by_role("link", name="Forgot your password?").click()
    check_access(window)
    page.get_by_label("Email").fill(bob.email)
    page.get_by_role("button", name="Send link").click()
    expect(page.get_by_role("status")).to_contain_text("a link is on its way")
    link = link_to(inbox, bob.email, "New password")
    page.goto(link)
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_role("status")).to_contain_text("Your password has been changed")
    page.get_by_label("Nickname or email").fill(bob.email)
    page.get_by_label("Password").fill(NEW)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Code").fill(totp.now())
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/app")
    page.goto(link)
    expect(page.get_by_role("alert")).to_contain_text("not valid any more")
