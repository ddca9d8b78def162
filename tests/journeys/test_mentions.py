"""Mentions: completed while somebody writes, counted, listed, and an offer to add a stranger."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.support.cast import Person


def test_a_completed_mention_reaches_the_persons_list_of_mentions(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    room, other = alice.make_room(bob), alice.make_room(bob)
    hers, his = open_window(alice), open_window(bob)
    his.open(other)
    hers.open(room)
    alice.send("Nobody in particular", conversation_id=room)
    entry = his.page.locator(f"li[data-conversation='{room}'] .count")
    expect(entry).to_have_text("1 unread")
    expect(entry).not_to_have_class("count mentioned")

    box = hers.page.locator("main form.box textarea")
    box.press_sequentially("@bob")  # other people of that name are not members
    options = hers.page.get_by_role("listbox", name="People").get_by_role("option")
    expect(options.first).to_contain_text(f"@{bob.nickname}")
    box.press("Enter")
    expect(box).to_have_value(f"@{bob.nickname} ")
    box.press_sequentially("look at this")
    box.press("Enter")

    expect(entry).to_have_text("1 mention, 2 unread")
    expect(entry).to_have_class("count mentioned")
    link = his.page.get_by_role("link", name="Mentions")
    expect(link).to_contain_text("1 new")
    link.click()
    message = his.page.locator(".mention-entry", has_text="look at this")
    expect(message).to_contain_text("new")
    message.get_by_role("link", name="Show the message").click()
    expect(his.page.locator(".message.mentions-me")).to_contain_text("look at this")
    expect(link.locator(".count")).to_be_hidden()

    box.press_sequentially("@her")
    expect(options.first).to_contain_text("Members who are here now")
    box.press("Enter")
    box.press_sequentially("lunch")
    box.press("Enter")
    expect(his.page.locator(".message.mentions-me").last).to_contain_text("@here lunch")


@pytest.mark.slow
def test_a_mentioned_stranger_can_be_added_to_the_room(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    room, _ = alice.make_room(), alice.make_room(bob)
    hers, his = open_window(alice), open_window(bob)
    his.open_home()
    hers.open(room)
    hers.say(f"Ask @{bob.nickname}")
    offer = hers.page.locator(".add-people")
    expect(offer).to_contain_text(f"{bob.name} is not in this room.")
    offer.get_by_role("button", name="Not now").click()
    expect(offer).to_have_count(0)

    hers.say(f"Really, ask @{bob.nickname}")
    offer.get_by_role("button", name="Add").click()
    expect(offer).to_have_count(0)
    expect(his.page.locator(f"li[data-conversation='{room}']")).to_be_visible()
    expect(hers.messages("Really, ask").locator(".mention")).to_be_visible()
    hers.say(f"Welcome @{bob.nickname}")
    expect(hers.messages("Welcome").locator(".mention")).to_be_visible()
    expect(offer).to_have_count(0)
