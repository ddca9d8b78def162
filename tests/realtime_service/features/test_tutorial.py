"""Tutorial mode: sockets without tokens, and events named after people."""

import json

from tests.realtime_service.ears import Ear, RawSocket
from tests.support.stack import Stack
from tests.support.waiting import wait_until


def test_every_socket_gets_an_event_named_after_the_recipient(tutorial_stack: Stack) -> None:
    alice, bob = tutorial_stack.sign_up("alice"), tutorial_stack.sign_up("bob")
    ears = [
        Ear(tutorial_stack.realtime_url, None, transports=[t]) for t in ("websocket", "polling")
    ]
    alice.send("hello bob", to=bob)
    for ear in ears:
        payload = ear.wait_for(bob.nickname)
        assert isinstance(payload, str)
        message = json.loads(payload)
        assert message["content"] == "hello bob"
        assert message["author"]["nickname"] == alice.nickname
        assert ear.all("event") == []
        ear.client.disconnect()


def test_a_socket_with_a_token_also_gets_the_log_once(tutorial_stack: Stack) -> None:
    alice, bob = tutorial_stack.sign_up("alice"), tutorial_stack.sign_up("bob")
    alice.send("first", to=bob)
    with Ear.of(tutorial_stack.realtime_url, bob) as ear:
        alice.send("second", to=bob)
        ear.wait_for(bob.nickname)
        ear.wait_for_content("second")
        assert len(ear.all(bob.nickname)) == 1
        assert ear.contents() == ["second"]


def test_any_page_on_this_machine_may_connect(tutorial_stack: Stack) -> None:
    with RawSocket(tutorial_stack.realtime_url, origin="http://localhost:8000") as page:
        assert page.status == 101


def test_an_anonymous_socket_cannot_send(tutorial_stack: Stack) -> None:
    with Ear(tutorial_stack.realtime_url, None) as ear:
        assert ear.say("lobby", "hi")["problem"]["status"] == 401
        assert ear.call("join", {"room": "lobby"})["problem"]["status"] == 401
        ear.client.emit("connect-ack", {"data": "I'm connected!"})
        wait_until(lambda: "I'm connected!" in tutorial_stack.logs("realtime_service"))
