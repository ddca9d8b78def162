"""Ways to log in besides the password: codes of an app, passkeys, a provider."""

from datetime import datetime

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.accessibility import check_access
from tests.journeys.conftest import OpenWindow
from tests.journeys.windows import Window
from tests.support.cast import Person
from tests.support.openid_provider import User, running_provider
from tests.support.stack import Stack


def test_a_passkey_lets_a_person_in_without_the_password(
    open_window: OpenWindow, alice: Person
) -> None:
    window = open_window()
    page, home = window.page, window.url.replace("127.0.0.1", "localhost")
    connect_authenticator(page)
    enter_password(page, home, alice)
    page.wait_for_url("**/app")
    page.goto(f"{home}/settings/sign-in")
    page.get_by_label("Name of a new passkey").fill("Laptop")
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("status")).to_contain_text("Passkey added")
    forget_login(window)
    page.goto(f"{home}/login")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/app")


@pytest.mark.slow
def test_codes_recovery_codes_and_passkeys_let_a_person_in(
    open_window: OpenWindow, alice: Person
) -> None:
    window = open_window(bypass_csp=True)
    page, home = window.page, window.url.replace("127.0.0.1", "localhost")
    connect_authenticator(page)
    enter_password(page, home, alice)
    page.wait_for_url("**/app")

    page.goto(f"{home}/settings/sign-in")
    check_access(window)
    page.get_by_role("button", name="Set up").click()
    expect(page.locator("code.secret")).to_be_visible()
    check_access(window)
    totp = pyotp.TOTP(page.locator("code.secret").inner_text())
    page.get_by_label("Code that the app shows").fill(totp.at(datetime.now(), counter_offset=-1))
    page.get_by_role("button", name="Turn on two-step login").click()
    recovery_code = page.locator(".codes code").first.inner_text()
    check_access(window)
    page.get_by_label("Name of a new passkey").fill("Laptop")
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("status")).to_contain_text("Passkey added")
    page.locator("#passkeys summary").click()
    page.locator("#passkeys").get_by_label("Name", exact=True).fill("Old laptop")
    check_access(window)
    page.locator("#passkeys").get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Passkey renamed")

    forget_login(window)
    page.goto(f"{home}/login")
    check_access(window)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/app")

    forget_login(window)
    enter_password(page, home, alice)
    page.wait_for_url("**/login/second-step*")
    check_access(window)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/app")

    for code in (totp.now(), recovery_code):
        forget_login(window)
        enter_password(page, home, alice)
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/app")

    page.goto(f"{home}/settings/sign-in")
    expect(page.locator("#two-step")).to_contain_text("9 recovery codes are left")
    page.get_by_role("button", name="Turn off").click()
    page.get_by_role("button", name="Remove Old laptop").click()
    expect(page.get_by_text("No passkeys yet")).to_be_visible()
    window.log_in(alice)
    page.goto("/settings/sign-in")
    expect(page.get_by_text("Passkeys do not work at this address")).to_be_visible()


@pytest.mark.slow
def test_a_provider_lets_people_in_and_is_connected_by_a_password(
    open_window: OpenWindow, stack: Stack, alice: Person, provider_port: int
) -> None:
    window, page = open_window(), open_window().page
    page.goto("/login")
    page.get_by_role("link", name="Log in with Example").click()
    expect(page.get_by_role("alert")).to_contain_text("does not answer")

    with running_provider(provider_port, f"{stack.url}/login/openid/callback") as provider:
        email = f"ann.{alice.nickname}@example.com"
        provider.user = User("ann", {"email": email, "name": "Ann", "email_verified": True})
        page.goto("/login?next=/settings")
        page.get_by_role("link", name="Log in with Example").click()
        page.wait_for_url("**/settings")
        expect(page.get_by_label("Name", exact=True)).to_have_value("Ann")
        page.get_by_role("button", name="Log out", exact=True).click()
        page.get_by_role("link", name="Log out of Example, too").click()
        page.wait_for_url("**/login")
        assert provider.ended == 1

        page, password = window.page, alice.password
        provider.user = User("alice", {"email": alice.email, "email_verified": True})
        page.goto("/login?next=/settings/sign-in")
        page.get_by_role("link", name="Log in with Example").click()
        page.get_by_label("Password of the account").fill(password)
        page.get_by_role("button", name="Connect and log in").click()
        page.goto("/settings/sign-in")
        expect(page.locator("#provider")).to_contain_text(alice.email)
        page.get_by_role("button", name="Disconnect").click()
        expect(page.get_by_role("status")).to_contain_text("Disconnected")
        page.get_by_role("button", name="Connect", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("Connected")


def forget_login(window: Window) -> None:
    window.page.goto("about:blank")  # an open page would notice
    window.context.clear_cookies()


def connect_authenticator(page: Page) -> None:
    """The browser's own virtual one, which says that its person has proved who they are."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def enter_password(page: Page, home: str, person: Person) -> None:
    page.goto(f"{home}/login")
    page.get_by_label("Nickname or email").fill(person.nickname)
    page.get_by_label("Password").fill(person.password)
    page.get_by_role("button", name="Log in").click()
