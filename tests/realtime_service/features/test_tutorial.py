"""Tutorial mode: sockets without tokens, and events named after people."""

import json

from tests.support.raw_socket import RawSocket
from tests.support.sockets import Tab
from tests.support.stack import Stack
from tests.support.waiting import wait_until


def test_every_socket_gets_an_event_named_after_the_recipient(tutorial_stack: Stack) -> None:
    alice, bob = tutorial_stack.sign_up("alice"), tutorial_stack.sign_up("bob")
    tabs = [
        Tab(tutorial_stack.realtime_url, None, transports=[t]) for t in ("websocket", "polling")
    ]
    alice.send("hello bob", to=bob)
    for tab in tabs:
        payload = tab.wait_for(bob.nickname)
        assert isinstance(payload, str)
        message = json.loads(payload)
        assert message["content"] == "hello bob"
        assert message["author"]["nickname"] == alice.nickname
        assert tab.all("event") == []
        tab.client.disconnect()


def test_a_socket_with_a_token_also_gets_the_log_once(tutorial_stack: Stack) -> None:
    alice, bob = tutorial_stack.sign_up("alice"), tutorial_stack.sign_up("bob")
    alice.send("first", to=bob)
    with Tab.of(tutorial_stack.realtime_url, bob) as tab:
        alice.send("second", to=bob)
        tab.wait_for(bob.nickname, matches=lambda payload: "second" in payload)
        tab.wait_for_content("second")
        named = [json.loads(payload)["content"] for payload in tab.all(bob.nickname)]
        assert named.count("second") == 1  # the first may still be on its way when bob connects
        assert tab.contents().count("second") == 1


def test_any_page_on_this_machine_may_connect(tutorial_stack: Stack) -> None:
    with RawSocket(tutorial_stack.realtime_url, origin="http://localhost:8000") as page:
        assert page.status == 101


def test_an_anonymous_socket_cannot_send(tutorial_stack: Stack) -> None:
    with Tab(tutorial_stack.realtime_url, None) as tab:
        assert tab.say("lobby", "hi")["problem"]["status"] == 401
        assert tab.call("join", {"room": "lobby"})["problem"]["status"] == 401
        tab.client.emit("connect-ack", {"data": "I'm connected!"})
        wait_until(lambda: "I'm connected!" in tutorial_stack.logs("realtime_service"))
