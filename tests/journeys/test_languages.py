"""Pages that are read from the right."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.support.cast import Person

FROM_THE_RIGHT = """
  new MutationObserver(() => {
    const page = document.documentElement;
    if (page && page.dir !== "rtl") page.dir = "rtl";
  }).observe(document, { childList: true, subtree: true, attributes: true });
"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_that_are_read_from_the_right_fit_their_width(
    open_window: OpenWindow, alice: Person, bob: Person, width: int
) -> None:
    room = alice.make_room(bob, topic="Everything " * 10)
    first = bob.send(f"@{alice.nickname} **bold** `code`", conversation_id=room)
    bob.send("Yes", conversation_id=room, reply_to=first["id"])
    window = open_window(alice, viewport={"width": width, "height": 800})
    page = window.new_tab()
    page.add_init_script(FROM_THE_RIGHT)
    for path in (
        "/app",
        f"/app/c/{room}",
        f"/app/c/{room}/members",
        f"/app/c/{room}/thread/{first['id']}",
        "/app/find",
        "/app/drafts",
        "/settings",
        "/login",
    ):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert page.evaluate(TOO_WIDE) <= 0, path
    page.goto(f"/app/c/{room}")
    avatar = page.locator(".message .avatar").first.bounding_box()
    name = page.locator(".message .name").first.bounding_box()
    assert avatar
    assert name
    assert avatar["x"] > name["x"], "the avatar stands at the right of the name"
