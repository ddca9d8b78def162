"""Steps 13, 14 and 16 to 19: the page sends and receives."""

import json
import re
import uuid
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, WebSocket, expect

from tests.support.sockets import Tab
from tests.support.stack import Stack
from tests.support.waiting import wait_until
from tests.tutorial.conftest import Http

pytestmark = pytest.mark.usefixtures("messages")


@pytest.fixture
def page(browser: Browser, classroom: Stack) -> Iterator[Page]:
    context = browser.new_context(base_url=classroom.url)
    yield context.new_page()
    context.close()


def open_messages(page: Page, person_id: int) -> None:
    """Returns when the page's socket is open."""
    with page.expect_websocket() as socket:
        page.goto(f"/front/messages/{person_id}")
    wait_for_connect_ack(socket.value)


def wait_for_connect_ack(socket: WebSocket) -> None:
    socket.wait_for_event("framesent", lambda frame: "connect-ack" in str(frame))


def send_from_page(page: Page, to: str, content: str) -> None:
    page.get_by_label("To").select_option(label=to)
    page.get_by_label("Message", exact=True).fill(content)
    page.get_by_role("button", name="Send").click()


def test_13_and_14_the_page_sends_and_shows_its_message(page: Page, http: Http) -> None:
    content = f"by the form {uuid.uuid4()}"
    page.goto("/front/messages/1")

    send_from_page(page, "Bob Morane", content)

    expect(page.get_by_text(content)).to_be_visible()
    expect(page.get_by_label("To")).to_have_value("2")
    last = http("http :5001/api/users/2/messages").json()[-1]
    assert (last["author_id"], last["recipient_id"], last["content"]) == (1, 2, content)


def test_14_reloading_the_page_does_not_send_again(page: Page, http: Http) -> None:
    content = f"only once {uuid.uuid4()}"
    page.goto("/front/messages/1")
    send_from_page(page, "Bob Morane", content)
    expect(page.get_by_text(content)).to_be_visible()

    page.reload()

    assert http("http :5001/api/users/1/messages").text.count(f'"content":"{content}"') == 1


def test_16_the_page_connects_and_sends_connect_ack(page: Page, classroom: Stack) -> None:
    known = classroom.logs("realtime_service").count("connect-ack")

    open_messages(page, 1)

    wait_until(
        lambda: classroom.logs("realtime_service").count("connect-ack") > known,
        what="connect-ack is logged",
    )


def test_17_the_page_gives_its_script_the_nickname(http: Http) -> None:
    page = http("http :5001/front/messages/2")

    assert re.search(r'data-nickname="bob"', page.text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", page.text), "a script inside the page"


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_18_every_socket_receives_an_event_named_after_the_recipient(
    classroom: Stack, http: Http, transport: str
) -> None:
    with (
        Tab(classroom.realtime_url, transports=[transport]) as one,
        Tab(classroom.realtime_url, transports=[transport]) as other,
    ):
        answer = http('http :5001/api/messages author_id=1 recipient_id=2 content="from the API"')

        for tab in (one, other):
            payload = tab.wait_for("bob", matches=lambda text: json.loads(text) == answer.json())
            assert isinstance(payload, str)
            assert tab.all("alice") == []


def test_18_the_gateways_address_delivers_events_too(classroom: Stack, http: Http) -> None:
    with Tab(classroom.url, transports=["polling"]) as tab:
        tab.client.emit("connect-ack", {"data": "connected"})
        http('http :5001/api/messages author_id=2 recipient_id=1 content="by polling"')

        heard = json.loads(tab.wait_for("alice"))
        assert heard["content"] == "by polling"


def test_18_a_client_that_chooses_its_transport_itself_may_use_the_gateways_address(
    classroom: Stack, http: Http
) -> None:
    with Tab(classroom.url, transports=["polling", "websocket"]) as tab:
        http('http :5001/api/messages author_id=2 recipient_id=1 content="as it likes"')

        assert json.loads(tab.wait_for("alice"))["content"] == "as it likes"


def test_19_the_page_shows_a_received_message(page: Page, http: Http) -> None:
    content = f"to the open page {uuid.uuid4()}"
    open_messages(page, 2)

    http(f'http :5001/api/messages author_id=1 recipient_id=2 content="{content}"')

    expect(page.get_by_text(content)).to_be_visible()
    expect(page.get_by_text(content)).to_have_count(1)


def test_19_a_message_sent_on_one_page_appears_on_the_other(
    browser: Browser, classroom: Stack
) -> None:
    content = f"from page to page {uuid.uuid4()}"
    contexts = [browser.new_context(base_url=classroom.url) for _ in range(2)]
    alice, bob = (context.new_page() for context in contexts)
    open_messages(bob, 2)
    alice.goto("/front/messages/1")

    send_from_page(alice, "Bob Morane", content)

    expect(bob.get_by_text(content)).to_be_visible()
    for context in contexts:
        context.close()


def test_19_the_page_shows_text_as_text(page: Page, classroom: Stack) -> None:
    open_messages(page, 2)
    marker = f"x{uuid.uuid4().hex}"
    content = f"<img src=x onerror=\"document.title='{marker}'\"> {marker}"

    requests.post(
        classroom.url + "/api/messages",
        json={"author_id": 1, "recipient_id": 2, "content": content},
    )

    expect(page.locator(".lines").get_by_text(marker)).to_be_visible()
    assert marker not in page.title()
