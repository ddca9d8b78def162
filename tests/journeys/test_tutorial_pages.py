"""The tutorial's pages: people, and messages that appear by an event named after the nickname."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.journeys.dropping import picture, text_file
from tests.support.cast import Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until


@pytest.fixture
def page(browser: Browser, tutorial_stack: Stack) -> Iterator[Page]:
    context = browser.new_context(base_url=tutorial_stack.url)
    yield context.new_page()
    context.close()


@pytest.fixture
def pair(tutorial_stack: Stack) -> tuple[Person, Person]:
    return tutorial_stack.sign_up("alice"), tutorial_stack.sign_up("bob")


def send(stack: Stack, author: Person, recipient: Person, content: str) -> None:
    body = {"author_id": author.id, "recipient_id": str(recipient.id), "content": content}
    assert requests.post(f"{stack.url}/api/messages", json=body, timeout=10).status_code == 201


@pytest.mark.slow
def test_the_start_page_lists_people_with_links_to_their_messages(
    page: Page, pair: tuple[Person, Person]
) -> None:
    _, bob = pair
    page.goto("/")
    expect(page).to_have_url("/front/users")
    row = page.get_by_role("row", name=bob.nickname)
    expect(row).to_contain_text(bob.email)
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Messages of Bob")


def test_a_message_over_the_api_appears_on_the_recipients_page_at_once(
    page: Page, pair: tuple[Person, Person], tutorial_stack: Stack
) -> None:
    alice, bob = pair
    send(tutorial_stack, alice, bob, "Before")
    with page.expect_websocket() as socket:
        page.goto(f"/front/messages/{bob.id}")
    socket.value.wait_for_event("framereceived", lambda frame: str(frame).startswith("40"))
    expect(page.locator(".message .body")).to_have_text(["Before"])
    send(tutorial_stack, alice, bob, "Live")
    expect(page.locator(".message .body")).to_have_text(["Before", "Live"])


@pytest.mark.slow
def test_live_files_and_polls_look_the_same_after_a_reload(
    page: Page, pair: tuple[Person, Person], tutorial_stack: Stack
) -> None:
    alice, bob = pair
    with page.expect_websocket() as socket:
        page.goto(f"/front/messages/{bob.id}")
    socket.value.wait_for_event("framereceived", lambda frame: str(frame).startswith("40"))
    for file in (picture(), text_file()):
        form = {"file": (file["name"], file["buffer"], file["mimeType"])}
        uploaded = alice.api.post("/api/attachments", files=form).json()["id"]
        sent = alice.send(f"This is {file['name']}", to=bob, attachments=[uploaded])
    choices = {"question": "Where?", "choices": ["Here", "There"]}
    poll = {"conversation_id": sent["conversation_id"], "author_id": alice.id, **choices}
    assert alice.api.post("/api/polls", json=poll).status_code == 201
    for _ in ("live", "later"):
        messages = page.locator(".message")
        expect(messages).to_have_count(3)
        expect(messages.get_by_role("img", name="garden.png")).to_be_visible()
        expect(messages.get_by_role("link", name="notes.txt")).to_contain_text("TXT · 10 bytes")
        expect(page.get_by_role("group", name="Where?").locator(".words")).to_have_text(
            ["Here", "There"]
        )
        expect(page.get_by_role("radio").first).to_be_disabled()
        expect(messages.locator(".to")).to_have_text(["to Bob"] * 3)
        page.reload()


def test_the_form_sends_as_the_person_of_the_page(page: Page, pair: tuple[Person, Person]) -> None:
    alice, bob = pair
    page.goto(f"/front/messages/{alice.id}")
    page.get_by_label("To", exact=True).select_option(label="Bob")
    page.get_by_label("To", exact=True).select_option(value=str(bob.id))
    page.get_by_label("Message", exact=True).fill("From the form")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".message", has_text="From the form")).to_contain_text("to Bob")
    page.goto(f"/front/messages/{bob.id}")
    expect(page.locator(".message .body")).to_have_text(["From the form"])


def test_a_page_that_calls_io_without_an_address_is_served_by_the_gateway(
    page: Page, pair: tuple[Person, Person], tutorial_stack: Stack
) -> None:
    alice, bob = pair
    page.goto(f"/front/messages/{alice.id}")
    module = page.locator("script[type=module]").first.get_attribute("src")
    assert module is not None
    vendored = module.split("/js/")[0] + "/vendor/socket.io-client-4.8.4.esm.min.js"
    script = """async ([vendored, nickname]) => {
      const { io } = await import(vendored);
      window.heard = [];
      const socket = io({ transports: ["polling"] });
      socket.on(nickname, (payload) => window.heard.push(JSON.parse(payload).content));
      await new Promise((resolve) => socket.on("connect", resolve));
    }"""
    page.evaluate(script, [vendored, bob.nickname])
    send(tutorial_stack, alice, bob, "By long polling")
    wait_until(lambda: page.evaluate("window.heard.includes('By long polling')"))
