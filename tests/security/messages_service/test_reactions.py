"""Reactions stay few, small and real emoji."""

from urllib.parse import quote

import orjson
import pytest
from sqlalchemy import Engine, insert

from messages_service.messages.reactions import SHOWN_REACTORS
from messages_service.models import reactions
from servicekit.emoji import clean_emoji
from servicekit.times import utcnow
from tests.messages_service.conftest import Person

EMOJI = [chr(0x1F600 + number) for number in range(30)]


@pytest.mark.parametrize(
    "emoji", ["👍", "👍🏽", "🇩🇪", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩‍👩‍👧‍👦", "❤️", "🏳️‍🌈", "👨🏻‍❤️‍💋‍👨🏼", "🫠"]
)
def test_an_emoji_of_any_composition_is_accepted(emoji: str) -> None:
    assert clean_emoji(emoji) == emoji


def test_an_emoji_is_the_same_with_and_without_its_variation_selector() -> None:
    assert clean_emoji("❤") == clean_emoji("❤️")
    assert clean_emoji("👍\ufe0f") == "👍"


@pytest.mark.parametrize(
    "text",
    ["x", "1", "#", "", "👍👍", "a👍", "👍 ", "\u200d", "🇩", "👍\ufe0f\ufe0f",
     "👩" + "\u200d👩" * 8, f"x{1:031}", "🏴\U000e0067\U000e0062"],
)  # fmt: skip
def test_text_other_than_a_single_emoji_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match="single emoji"):
        clean_emoji(text)


def test_a_message_has_at_most_twenty_different_emoji(alice: Person, bob: Person) -> None:
    message = alice.send("hello", bob)
    path = f"/api/messages/{message['id']}/reactions"
    no_emoji = bob.put(f"{path}/{quote(f'x{1:031}')}")
    assert no_emoji.status_code == 422
    answers = [bob.put(f"{path}/{quote(emoji)}") for emoji in EMOJI[:22]]
    assert [answer.status_code for answer in answers] == [200] * 20 + [422] * 2
    assert answers[-1].json["type"] == "urn:parley:problem:too-many-reactions"
    assert answers[-1].json["errors"][0]["field"] == "emoji"
    known = alice.put(f"{path}/{quote(EMOJI[0])}")
    assert known.json["message_id"] == message["id"]
    assert len(known.json["reactions"]) == 20


def test_the_event_of_a_reaction_stays_small_with_many_people(
    alice: Person, bob: Person, engine: Engine
) -> None:
    message = alice.send("hello", bob)
    given = [
        {"message_id": message["id"], "emoji": emoji, "user_id": number, "created_at": utcnow()}
        for emoji in EMOJI[:19]
        for number in range(10_000, 10_000 + 200)
    ]
    with engine.begin() as connection:
        connection.execute(insert(reactions), given)
    path = f"/api/messages/{message['id']}/reactions"
    mine = bob.put(f"{path}/{quote(EMOJI[0])}").json["reactions"][0]
    assert mine["count"] == 201
    assert len(mine["user_ids"]) == SHOWN_REACTORS + 1
    assert bob.id in mine["user_ids"]

    event = bob.events(message["conversation_id"])[-1]["data"]
    assert (event["emoji"], event["user_id"]) == (EMOJI[0], bob.id)
    assert len(orjson.dumps(event)) < 20_000
    read = bob.get(f"/api/messages/{message['id']}").json["reactions"][0]
    assert read == mine
