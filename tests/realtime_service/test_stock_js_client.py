"""The stock JavaScript client, in a real browser, on a page of the gateway's origin."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from deploy.local.programs import ROOT
from tests.support.cast import Person
from tests.support.stack import Stack

CLIENT = next((ROOT / "gateway_frontend/static/vendor").glob("socket.io-client-*.esm.min.js"))
SET_UP = """async () => {
  const { io } = await import("/client.js");
  window.open_socket = (url, token, options) => {
    window.received = [];
    window.socket = io(url, { auth: { token }, ...options });
    for (const name of ["connect", "connect_error", "disconnect"])
      socket.on(name, (what) => received.push([name, String(what?.message ?? what)]));
    socket.onAny((...event) => received.push(event));
  };
}"""


@pytest.fixture
def page(browser: Browser, parley: Stack) -> Iterator[Page]:
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    script = CLIENT.read_text()
    page.route("**/client.js", lambda r: r.fulfill(body=script, content_type="text/javascript"))
    page.goto(parley.url + "/login")
    page.evaluate(SET_UP)
    yield page
    context.close()


def open_socket(page: Page, url: str, token: str, **options: Any) -> None:
    page.evaluate(
        "([url, token, options]) => open_socket(url, token, options)", [url, token, options]
    )
    page.wait_for_function(
        "received.some(([name, data]) => name === 'notice' && data.type === 'ready')"
    )


def wait_for_contents(page: Page, contents: list[str]) -> None:
    page.wait_for_function(
        """(expected) => {
          const events = received.filter(([name]) => name === "event");
          const contents = events.map(([, event]) => event.data.content);
          return JSON.stringify(contents) === JSON.stringify(expected);
        }""",
        arg=contents,
    )


@pytest.mark.parametrize(
    "transports", [["websocket"], ["polling"], ["polling", "websocket"]], ids="-".join
)
def test_the_stock_client_receives_sends_and_gets_acks(
    page: Page, url: str, alice: Person, bob: Person, transports: list[str],
) -> None:  # fmt: skip
    room = alice.make_room(bob)
    open_socket(page, url, bob.token, transports=transports)
    if transports[-1] == "websocket":
        page.wait_for_function("socket.io.engine.transport.name === 'websocket'")
    texts = [f"número {n} 🎉" for n in range(30)]
    for text in texts:
        alice.send(text, conversation_id=room)
    wait_for_contents(page, texts)
    answer = page.evaluate(
        "(room) => socket.emitWithAck('text', {room, msg: 'from the browser'})", room
    )
    assert answer["ok"]
    assert answer["message"]["author_id"] == bob.id
    wait_for_contents(page, [*texts, "from the browser"])
    assert page.evaluate("socket.io.engine.transport.name") == transports[-1]


def test_the_stock_client_gets_the_reason_of_a_refusal(page: Page, url: str) -> None:
    page.evaluate("(url) => open_socket(url, 'no token at all')", url)
    page.wait_for_function("received.some(([name]) => name === 'connect_error')")
    assert page.evaluate("received[0][1]") == "This token is not valid."


@pytest.mark.slow
def test_the_stock_client_reconnects_after_a_restart(
    page: Page, parley: Stack, url: str, alice: Person, bob: Person
) -> None:
    open_socket(page, url, bob.token, transports=["websocket"], reconnectionDelay=200)
    page.evaluate("received.length = 0")
    parley.restart_service("realtime_service")
    page.wait_for_function(
        "received.some(([name, data]) => name === 'notice' && data.type === 'ready')"
    )
    page.evaluate("received.length = 0")
    alice.send("welcome back", to=bob)
    wait_for_contents(page, ["welcome back"])


def test_the_stock_client_does_not_reconnect_after_deactivation(
    page: Page, url: str, bob: Person
) -> None:
    open_socket(page, url, bob.token, reconnectionDelay=100)
    assert bob.api.delete(f"/api/users/{bob.id}").ok
    page.wait_for_function("received.some(([name]) => name === 'disconnect')", timeout=8000)
    assert "io server disconnect" in str(page.evaluate("received"))
    page.wait_for_timeout(1000)
    assert page.evaluate("socket.connected") is False
