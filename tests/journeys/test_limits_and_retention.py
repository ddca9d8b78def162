"""An administrator says how much may be sent and how long it stays; two people notice both."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine, text

from servicekit.times import utcnow
from tests.journeys.accessibility import check_access
from tests.journeys.conftest import OpenWindow
from tests.support.cast import Person
from tests.support.stack import Stack

pytestmark = pytest.mark.slow
A_ROUND = 150_000
"""Old messages are looked for once a minute."""


def test_limits_and_retention_that_are_set_in_the_browser_apply_to_everybody(
    open_window: OpenWindow, stack: Stack, admin: Person, alice: Person, bob: Person
) -> None:
    room = alice.make_room(bob, name=f"orchard {alice.id}")
    old = alice.send("Prune the pear tree", conversation_id=room)
    bob.send("Plant a quince", conversation_id=room)
    make_older(stack, old["id"], timedelta(days=40))
    hers, his, theirs = open_window(alice), open_window(bob), open_window(admin, bypass_csp=True)
    hers.open(room)
    expect(hers.messages("Prune the pear tree")).to_be_visible()

    theirs.page.goto("/admin/settings")
    check_access(theirs)
    theirs.page.get_by_label("Longest message, in characters").fill("120")
    theirs.page.get_by_role("button", name="Save limits").click()
    expect(theirs.page.get_by_role("status")).to_contain_text("Limits saved.")
    his.open(room)
    his.say("x" * 121)
    expect(his.page.get_by_text("This is too long to send. Shorten it by").first).to_be_visible()
    theirs.page.get_by_label("Longest message, in characters").fill("")
    theirs.page.get_by_role("button", name="Save limits").click()
    expect(theirs.page.get_by_role("status")).to_contain_text("Limits saved.")

    his.open(room)
    theirs.page.goto("/admin/export")
    theirs.page.get_by_label("Room", exact=True).select_option(label=f"orchard {alice.id}")
    theirs.page.get_by_label("Days", exact=True).fill("30")
    theirs.page.get_by_role("button", name="Save for this room").click()
    rule = theirs.page.get_by_role("listitem").filter(has_text=f"orchard {alice.id}")
    expect(rule).to_contain_text("kept for 30 days")
    for window in (hers, his):
        expect(window.messages("Prune the pear tree")).to_have_count(0, timeout=A_ROUND)
        window.open(room)
        assert window.texts() == ["Plant a quince"]
    rule.get_by_role("button", name="Remove").click()
    expect(rule).to_have_count(0)


def make_older(stack: Stack, message_id: int, by: timedelta) -> None:
    """As if it had been written earlier."""
    engine = create_engine(stack.programs["messages_service"].environ["DATABASE_URL"])
    earlier = text("UPDATE messages SET created_at = :moment WHERE id = :id")
    moment = utcnow() - by
    shown = moment.replace(tzinfo=None) if engine.dialect.name == "sqlite" else moment
    with engine.begin() as connection:
        connection.execute(earlier, {"moment": shown, "id": message_id})
    engine.dispose()
