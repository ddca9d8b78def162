"""Parley's own slash commands: found by typing, and seen by the others where they concern them."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.support.cast import Person


def test_commands_do_what_menus_do_and_the_others_see_it(
    open_window: OpenWindow, alice: Person, bob: Person, charlie: Person
) -> None:
    room = alice.make_room(bob, visibility="private")
    hers, his = open_window(alice), open_window(bob)
    hers.open(room)
    his.open(room)
    box, answer = hers.page.locator("main form.box textarea"), hers.page.locator(".command-answer")

    box.press_sequentially("/to")
    option = hers.page.get_by_role("option", name="/topic")
    expect(option).to_contain_text("Set the topic of this room.")
    box.press("Enter")
    box.press_sequentially("Bulbs for spring")
    box.press("Enter")
    expect(answer).to_contain_text("Topic: Bulbs for spring")
    expect(his.page.locator("main > header")).to_contain_text("Bulbs for spring")

    hers.say(f"/invite @{charlie.nickname}")
    expect(answer).to_contain_text("Added: Charlie")
    expect(his.page.get_by_text("Alice added Charlie")).to_be_visible()
    hers.say("/invite nobody-of-this-name")
    expect(box).to_have_value("/invite nobody-of-this-name")

    hers.say("/me waters the *tulips*")
    message = his.messages("waters the *tulips*")
    expect(message.locator(".body em")).to_have_text("waters the *tulips*")
    hers.say("/shrug no idea")
    expect(his.messages("no idea ¯\\_(ツ)_/¯")).to_be_visible()

    hers.say("/mute 2d")
    expect(answer).to_contain_text("Muted until")
    expect(hers.page.locator(".muted-sign:visible")).to_have_count(1)
    hers.say("/unmute")
    expect(hers.page.locator(".muted-sign:visible")).to_have_count(0)
    hers.say("/mute soon")
    expect(hers.page.get_by_text("for example 30m, 2h or 1d")).to_be_visible()
    hers.say("/status 🌱 sowing")
    expect(answer).to_contain_text("Status saved.")
    assert bob.api.get(f"/api/users/{alice.id}").json()["status"]["text"] == "sowing"
    hers.say("/dnd 30m")
    expect(answer).to_contain_text("Do not disturb until")

    his.say("/leave")
    his.page.get_by_role("dialog").get_by_role("button", name="Leave").click()
    expect(his.page).to_have_url(re.compile("/app$"))
    expect(hers.page.get_by_text("Bob has left the room")).to_be_visible()
    hers.messages("no idea").focus()
    hers.page.keyboard.press("?")
    sheet = hers.page.get_by_role("dialog")
    expect(sheet).to_contain_text("/invite @bob")
