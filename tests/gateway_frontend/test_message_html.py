"""Messages are drawn once and remembered; each reader still gets their own page of them."""

import re
from collections.abc import Callable

import pytest

from tests.gateway_frontend.visitors import Visitor
from tests.support.cast import Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until

Drawn = Callable[..., str]


@pytest.fixture
def drawn(stack: Stack) -> Drawn:
    """`drawn(alice, message)`: the message as it stands on her page."""
    visitors: dict[int, Visitor] = {}

    def drawn_for(reader: Person, message: dict[str, int], zone: str = "") -> str:
        if reader.id not in visitors:
            visitors[reader.id] = Visitor(stack.url)
            visitors[reader.id].log_in(reader)
        visitors[reader.id].cookies.set("parley-zone", zone)
        page = visitors[reader.id].get(f"/app/c/{message['conversation_id']}").text
        found = re.search(
            rf'<article(?:(?!</article>).)*id="m{message["id"]}".*?</article>', page, re.S
        )
        assert found, page
        return found[0]

    return drawn_for


def test_a_mention_is_marked_for_the_mentioned_reader_only(
    drawn: Drawn, alice: Person, bob: Person
) -> None:
    message = bob.send(f"@{alice.nickname} look", to=alice)
    for _ in range(2):
        assert "mentions-me" not in drawn(bob, message)
        assert "mentions-me" in drawn(alice, message)


def test_an_edit_a_reaction_and_a_new_name_are_drawn(
    drawn: Drawn, alice: Person, bob: Person
) -> None:
    message = bob.send("Frist", to=alice)
    assert "Frist" in drawn(alice, message)
    assert bob.api.patch(f"/api/messages/{message['id']}", json={"content": "First"}).ok
    assert "First" in drawn(alice, message)
    assert "Frist" not in drawn(alice, message)
    assert bob.api.patch(f"/api/users/{bob.id}", json={"name": "Robert"}).ok
    wait_until(lambda: "Robert" in drawn(alice, message), what="the new name is drawn")
    assert bob.api.delete(f"/api/messages/{message['id']}").status_code == 204
    assert "This message was deleted." in drawn(alice, message)


def test_times_are_drawn_in_each_readers_zone(drawn: Drawn, alice: Person, bob: Person) -> None:
    message = bob.send("What time is it?", to=alice)
    clocks = {
        zone: re.findall(r">(\d\d:\d\d)<", drawn(alice, message, zone))[0]
        for zone in ("Asia%2FTokyo", "Asia%2FKathmandu", "Asia%2FTokyo")
    }
    assert clocks["Asia%2FTokyo"] != clocks["Asia%2FKathmandu"]
    assert clocks["Asia%2FTokyo"] in drawn(alice, message, "Asia%2FTokyo")


def test_a_poll_shows_each_reader_their_own_vote(drawn: Drawn, alice: Person, bob: Person) -> None:
    conversation_id = bob.send("Hi", to=alice)["conversation_id"]
    body = {"conversation_id": conversation_id, "question": "Tea?", "choices": ["Yes", "No"]}
    poll = bob.api.post("/api/polls", json=body).json()
    message = {"id": poll["message_id"], "conversation_id": conversation_id}
    vote = {"choice_ids": [poll["choices"][0]["id"]]}
    assert alice.api.post(f"/api/polls/{poll['id']}/votes", json=vote).ok
    assert "choice mine" in drawn(alice, message)
    assert "choice mine" not in drawn(bob, message)
