"""Messages of unusual shape: other scripts, tables, long texts, emoji, pictures, old polls."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet, send_files
from tests.journeys.dropping import picture
from tests.support.cast import Person

TEXT_EDGE = """element => {
  const range = document.createRange();
  range.selectNodeContents(element);
  return [range.getBoundingClientRect().right, element.getBoundingClientRect().right];
}"""


def test_text_tables_and_emoji_keep_their_shape(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    bob.send("שלום לכולם", to=alice)
    bob.send(f"| a | b |\n|---|---|\n| {'W' * 300} | 2 |", to=alice)
    bob.send("🎉", to=alice)
    bob.send("Plain", to=alice)
    window = open_window(alice, viewport={"width": 390, "height": 844})
    window.page.goto(f"/app/c/{conversation_id}")
    text, paragraph = window.page.get_by_text("שלום לכולם").evaluate(TEXT_EDGE)
    assert abs(text - paragraph) <= 1
    table = window.page.locator(".body table")
    assert table.evaluate("table => table.scrollWidth > table.clientWidth")
    height = "element => element.getBoundingClientRect().height"
    emoji = window.page.get_by_text("🎉").evaluate(height)
    assert emoji > 1.5 * window.page.get_by_text("Plain").evaluate(height)


def test_a_very_long_message_is_folded_until_expanded(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    window = open_window(alice)
    window.open(conversation_id)
    bob.send("\n".join(f"line {number}" for number in range(300)), to=alice)
    message = window.messages("line 299")
    expect(message.locator(".fold")).to_be_visible()
    height = "element => element.getBoundingClientRect().height"
    assert message.evaluate(height) < 600
    message.get_by_role("checkbox", name="Show more").check()
    assert message.evaluate(height) > 3000
    message.get_by_role("checkbox").uncheck()
    assert message.evaluate(height) < 600


@pytest.mark.slow
def test_several_pictures_are_tiled_and_name_their_author(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    send_files(bob, conversation_id, picture("wide.png"), picture("other.png"))
    window = open_window(alice)
    window.open(conversation_id)
    tiles = window.page.locator(".picture img")
    sizes = tiles.evaluate_all("images => images.map(({ width, height }) => [width, height])")
    assert len(sizes) == 2
    assert sizes[0] == sizes[1]
    tiles.first.click()
    expect(window.page.locator(".viewer .from")).to_contain_text("Bob, today")


@pytest.mark.slow
def test_a_closed_poll_marks_the_choice_with_most_votes(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    asked = {"conversation_id": conversation_id, "question": "What?", "choices": ["Soup", "Pie"]}
    poll = bob.api.post("/api/polls", json=asked).json()
    vote = {"choice_ids": [poll["choices"][1]["id"]]}
    bob.api.post(f"/api/polls/{poll['id']}/votes", json=vote)
    window = open_window(alice)
    window.open(conversation_id)
    expect(window.page.locator(".choice.won")).to_have_count(0)
    bob.api.post(f"/api/polls/{poll['id']}/close")
    expect(window.page.locator(".choice.won")).to_contain_text("Pie")
    window.page.reload()
    expect(window.page.locator(".choice.won")).to_contain_text("Pie")
