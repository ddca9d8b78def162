"""Bots, webhooks and slash commands: made in pages, seen at work in a conversation."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.support.cast import Person
from tests.support.stack import Stack


@pytest.fixture
def program() -> Iterator[str]:
    """Answers commands to the person, except for `all`, and messages to everybody."""

    class Program(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer: dict[str, Any] = {"text": f"You said **{asked['text']}**"}
            if asked["text"] == "all":
                answer["response_type"] = "in_channel"
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Program)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/run"
    server.shutdown()
    server.server_close()


def test_a_moderator_connects_programs_and_members_see_what_they_say(
    open_window: OpenWindow, alice: Person, bob: Person, program: str
) -> None:
    room = alice.make_room(bob)
    hers, his = open_window(alice), open_window(bob)
    his.open(room)
    hers.page.goto(f"/app/c/{room}/members")
    hers.page.get_by_role("link", name="Integrations").click()
    hers.page.locator("#incoming-name").fill("Deploys")
    hers.page.locator("#incoming-emoji").fill("🚀")
    hers.page.get_by_role("button", name="Make an incoming webhook").click()
    address = hers.page.locator("code.secret").inner_text()

    posted = requests.post(address, json={"text": "staging is *up*"}, timeout=10)
    assert posted.status_code == 201
    message = his.messages("staging is up")
    expect(message.locator(".name")).to_have_text("Deploys")
    expect(message.locator(".by .tag")).to_be_visible()
    expect(message.locator(".avatar")).to_have_text("🚀")

    hers.page.locator("#outgoing-name").fill("Builder")
    hers.page.locator("#outgoing-url").fill(program)
    hers.page.locator("#outgoing-words").fill("build")
    hers.page.get_by_role("button", name="Make an outgoing webhook").click()
    expect(hers.page.locator("code.secret")).to_contain_text("whsec_")
    his.say("build it")
    expect(his.messages("You said build it").locator(".name")).to_have_text("Builder")
    hers.page.get_by_role("link", name="Deliveries of Builder").click()
    expect(hers.page.locator(".deliveries .badge")).to_have_text("delivered")

    hers.page.goto(f"/integrations/{room}")
    hers.page.get_by_role("button", name="Switch Deploys off").click()
    expect(hers.page.get_by_role("status")).to_contain_text("switched off")
    assert requests.post(address, json={"text": "x"}, timeout=10).status_code == 404
    hers.page.get_by_role("button", name="Delete Deploys").click()
    expect(hers.page.get_by_role("status")).to_contain_text("deleted")
    assert requests.post(address, json={"text": "x"}, timeout=10).status_code == 410


@pytest.mark.slow
def test_an_administrator_makes_a_bot_and_a_command_and_people_use_them(
    stack: Stack, open_window: OpenWindow, admin: Person, alice: Person, bob: Person, program: str
) -> None:
    room = alice.make_room(bob)
    name = f"ship{alice.id}"
    theirs, hers, his = open_window(admin), open_window(alice), open_window(bob)
    theirs.page.goto("/admin/integrations")
    theirs.page.get_by_label("Nickname").fill(f"robo{alice.id}")
    theirs.page.locator("#bot_name").fill("Robot")
    theirs.page.get_by_role("button", name="Make a bot").click()
    expect(theirs.page.locator("code.secret")).to_be_visible()
    headers = {"Authorization": f"Bearer {theirs.page.locator('code.secret').inner_text()}"}
    me = f"{stack.url}/api/users/me"
    assert requests.get(me, headers=headers, timeout=10).json()["role"] == "bot"
    theirs.page.get_by_role("button", name="Revoke First token").click()
    expect(theirs.page.get_by_role("status")).to_contain_text("revoked")
    assert requests.get(me, headers=headers, timeout=10).status_code == 401
    theirs.page.goto("/admin/integrations")
    theirs.page.locator("#command").fill(name)
    theirs.page.locator("#url").fill(program)
    theirs.page.locator("#description").fill("Ships a branch")
    theirs.page.get_by_role("button", name="Make a command").click()
    expect(theirs.page.locator("code.secret")).to_contain_text("whsec_")

    hers.open(room)
    his.open(room)
    hers.wait_until_live()
    box = hers.page.locator("form.box textarea")
    box.press_sequentially(f"/{name[:-1]}")
    expect(hers.page.get_by_role("option", name=f"/{name}")).to_contain_text("Ships a branch")
    box.press("Enter")
    box.press_sequentially("staging")
    box.press("Enter")
    answer = hers.page.locator(".command-answer")
    expect(answer).to_contain_text("You said staging")
    hers.page.get_by_role("button", name="Close the answer").click()
    expect(answer).to_have_count(0)
    expect(box).to_be_focused()
    hers.say(f"/{name} all")
    expect(his.messages("You said all").locator(".name")).to_have_text(name)
    assert his.texts() == ["You said all"]
