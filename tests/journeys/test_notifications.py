"""Notifications: one of somebody's tabs shows a mention, and reading it elsewhere withdraws it."""

import re
from functools import partial

from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.windows import Window
from tests.support.cast import Person
from tests.support.waiting import wait_until

# The browser's own class, which Chromium without windows does not have.
STAND_IN = """
  window.shown = [];
  window.Notification = class {
    static permission = "granted";
    constructor(title, options) {
      Object.assign(this, options, { title });
      window.shown.push(this);
    }
    close() {
      window.shown = window.shown.filter((each) => each !== this);
    }
  };
"""


def test_a_mention_notifies_one_background_tab_until_it_is_read_on_another_device(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    room, other = alice.make_room(bob), alice.make_room(bob)
    laptop, phone = open_window(bob), open_window(bob)
    tabs = [_tab(laptop, "/app/saved"), _tab(laptop, f"/app/c/{other}")]
    alice.send(f"Lunch, @{bob.nickname}?", conversation_id=room)

    for tab in tabs:
        expect(tab).to_have_title(re.compile(r"^\(1\) "))
    tabs[0].wait_for_timeout(1000)
    shown = [tab.evaluate("shown.map(({ title, body }) => [title, body])") for tab in tabs]
    name = alice.api.get(f"/api/conversations/{room}").json()["name"]
    assert sorted(map(len, shown)) == [0, 1]
    assert [f"{alice.name} (# {name})", f"Lunch, @{bob.nickname}?"] in shown[0] + shown[1]
    icon = tabs[0].locator("link[rel=icon]")
    expect(icon).to_have_attribute("href", re.compile("^data:image/png"))

    phone.open(room)
    for tab in tabs:
        wait_until(partial(_shows_nothing, tab), 15, what="the notification is withdrawn")
    expect(icon).not_to_have_attribute("href", re.compile("^data:"))
    alice.send(f"Tea, @{bob.nickname}?", conversation_id=other)
    expect(tabs[1].locator(".message", has_text="Tea")).to_be_visible()
    tabs[0].wait_for_timeout(1000)
    assert [tab.evaluate("shown.length") for tab in tabs] == [0, 0], "the tab in front shows it"


def _shows_nothing(tab: Page) -> bool:
    tab.wait_for_timeout(50)  # lets the page work, which a sleeping test does not
    return bool(tab.evaluate("shown.length === 0"))


def _tab(window: Window, path: str) -> Page:
    tab = window.new_tab()
    tab.add_init_script(STAND_IN)
    tab.goto(path)
    expect(tab.locator(".who [data-presence=online]")).to_be_visible()
    return tab
