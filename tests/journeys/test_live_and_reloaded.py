"""A page that was updated live looks like the page that the server draws later."""

import random
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet
from tests.journeys.windows import RECONNECTING, Window
from tests.support.cast import Person
from tests.support.waiting import wait_until

DRAWN = """lines => lines.map((line) => line.classList.contains("message") ? {
  id: line.id, seq: line.dataset.seq, head: line.classList.contains("head"),
  mentioned: line.classList.contains("mentions-me"), deleted: line.classList.contains("deleted"),
  name: line.querySelector(".name").textContent.trim(),
  body: line.querySelector(".body").innerHTML.trim(),
  parts: Array.from(line.querySelector(".content").children, (part) => part.classList[0]),
  time: line.querySelector(".by time").textContent.trim(),
} : line.className + " " + line.textContent.trim())"""


def drawn(window: Window) -> Any:
    return window.page.locator(".lines > .message, .lines > .day").evaluate_all(DRAWN)


def unread(window: Window, person: Person, conversation_id: int) -> int:
    """As the server has it; the page goes on meanwhile."""
    window.page.evaluate("1")
    answer = person.api.get(f"/api/conversations/{conversation_id}").json()
    return int(answer["unread"])


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))]
)
def test_the_live_page_equals_the_reloaded_page(
    open_window: OpenWindow, alice: Person, bob: Person, seed: int
) -> None:
    chance = random.Random(seed)
    conversation_id = meet(alice, bob)
    window = open_window(bob)
    window.open(conversation_id)
    mine: dict[int, list[int]] = {alice.id: [], bob.id: []}
    for number in range(35):
        author, other = chance.choice([(alice, bob), (bob, alice)])
        sent = mine[author.id]
        what = chance.choice(["send", "send", "edit", "delete", "offline"])
        if what == "send" or not sent:
            text = chance.choice(["plain", "**bold**", f"@{other.nickname} hi", "`x` <b>"])
            sent.append(author.send(f"{text} {number}", to=other)["id"])
        elif what == "edit":
            path = f"/api/messages/{chance.choice(sent)}"
            author.api.patch(path, json={"content": f"_changed_ {number}"})
        elif what == "delete":
            author.api.delete(f"/api/messages/{sent.pop(chance.randrange(len(sent)))}")
        else:
            window.context.set_offline(number % 2 == 0)
    window.context.set_offline(False)
    alice.send("the end", to=bob)
    expect(window.messages("the end")).to_be_visible(timeout=RECONNECTING)
    expect(
        window.page.locator(".lists").get_by_role("link", name="Alice").locator(".count")
    ).to_be_hidden()
    wait_until(
        lambda: unread(window, bob, conversation_id) == 0, what="the server knows it is read"
    )
    live = drawn(window)
    window.page.reload()
    expect(window.messages("the end")).to_be_visible()
    assert live == drawn(window)
