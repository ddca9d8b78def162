"""Ctrl-K: anybody and anything by a part of the name, from any page, by keyboard alone."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.journeys.accessibility import check_access
from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet
from tests.journeys.windows import SCREENS, Window
from tests.support.cast import Person
from tests.support.waiting import wait_until


def make(person: Person, name: str, visibility: str = "public") -> int:
    room = {"kind": "room", "name": name, "topic": f"All of {name}", "visibility": visibility}
    return int(person.api.post("/api/conversations", json=room).json()["id"])


def jump(window: Window) -> Locator:
    window.page.keyboard.press("ControlOrMeta+k")
    dialog = window.page.get_by_role("dialog", name="Find or jump")
    expect(dialog.get_by_role("combobox")).to_be_focused()
    return dialog


def chosen(dialog: Locator) -> Locator:
    return dialog.get_by_role("option", selected=True)


def test_characters_typed_before_the_dialog_is_there_are_kept(
    open_window: OpenWindow, alice: Person
) -> None:
    held: list[Route] = []
    window = open_window(alice)
    window.page.route("**/jump-dialog.js", lambda route: held.append(route))
    window.open_home()
    window.page.keyboard.press("ControlOrMeta+k")
    window.page.keyboard.type("flour")
    window.page.keyboard.press("Backspace")
    while not held:
        window.page.wait_for_timeout(20)  # lets the request arrive
    for route in held:
        route.continue_()
    box = window.page.get_by_role("dialog", name="Find or jump").get_by_role("combobox")
    expect(box).to_be_focused()
    window.page.keyboard.type("ish")
    expect(box).to_have_value("flouish")


def test_a_room_is_reached_by_a_part_of_its_name_and_enter(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    name = f"Beekeeping {alice.nickname}"
    make(alice, f"Archery {alice.nickname}")
    room_id = make(alice, name, "private")
    window = open_window(alice)
    window.open_home()
    dialog = jump(window)
    expect(chosen(dialog)).to_contain_text("Archery")
    window.page.keyboard.type("keep")
    expect(dialog.get_by_role("option")).to_have_count(1)
    expect(chosen(dialog)).to_contain_text(f"All of {name}")
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(f"**/app/c/{room_id}")
    expect(dialog).to_have_count(0)
    expect(window.page.get_by_label(f"Message # {name}")).to_be_focused()

    public = make(bob, f"Candles {bob.nickname}")
    dialog = jump(window)
    window.page.keyboard.type(f"candles {bob.nickname}")
    expect(dialog.get_by_role("group", name="Rooms you can join")).to_contain_text("Candles")
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(f"**/app/c/{public}")
    expect(window.page.get_by_role("button", name="Join")).to_be_visible()


@pytest.mark.slow
def test_arrow_keys_wrap_around_and_new_people_are_found(
    open_window: OpenWindow, alice: Person, bob: Person, charlie: Person
) -> None:
    conversation_id = meet(alice, bob)
    window = open_window(alice)
    window.open_home()
    dialog = jump(window)
    window.page.keyboard.type(f"@{charlie.nickname}")
    expect(chosen(dialog)).to_contain_text(f"@{charlie.nickname}")
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(f"**/app/u/{charlie.id}")
    window.wait_until_live()
    dialog = jump(window)
    expect(chosen(dialog)).to_contain_text(f"@{bob.nickname}")
    expect(dialog.get_by_role("group", name="People")).to_be_visible()
    window.page.keyboard.press("ArrowUp")
    expect(chosen(dialog)).not_to_contain_text(f"@{bob.nickname}")
    window.page.keyboard.press("ArrowDown")
    expect(chosen(dialog)).to_contain_text(f"@{bob.nickname}")
    expect(dialog.locator(f"[role=option]:has-text('@{bob.nickname}')")).to_have_count(1)
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(f"**/app/c/{conversation_id}")


def test_escape_restores_the_focus_and_keeps_the_draft(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    window = open_window(alice)
    window.open(meet(alice, bob))
    box = window.page.get_by_label("Message Bob")
    box.fill("Half a th")
    dialog = jump(window)
    window.page.keyboard.type("nobody is called that")
    expect(dialog.get_by_role("status")).to_contain_text("Nothing and nobody here is called")
    window.page.keyboard.press("Enter")
    window.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(box).to_be_focused()
    window.page.keyboard.type("ought")
    expect(box).to_have_value("Half a thought")
    window.page.get_by_role("link", name="Find or jump").click()
    expect(window.page.get_by_role("dialog")).to_be_visible()
    window.page.keyboard.press("ControlOrMeta+k")
    expect(window.page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.slow
def test_quick_typing_opens_the_result_for_the_last_text(
    open_window: OpenWindow, alice: Person, bob: Person, charlie: Person
) -> None:
    window = open_window(alice)
    window.open_home()
    held: dict[str, Route] = {}

    def hold(route: Route) -> None:
        held[parse_qs(urlsplit(route.request.url).query)["q"][0]] = route

    window.page.route("**/api/users?q=*", hold)
    dialog = jump(window)
    box = dialog.get_by_role("combobox")
    box.fill(bob.nickname)
    wait_until(lambda: window.page.evaluate("1") and bob.nickname in held, what="bob is asked for")
    box.fill(charlie.nickname)
    window.page.keyboard.press("Enter")  # before anything is found
    wait_until(
        lambda: window.page.evaluate("1") and charlie.nickname in held, what="charlie is asked for"
    )
    held[bob.nickname].continue_()
    expect(dialog.get_by_role("option")).to_have_count(0)
    held[charlie.nickname].continue_()
    window.page.wait_for_url(f"**/app/u/{charlie.id}")


@pytest.mark.slow
def test_offline_search_finds_rooms_and_reports_that_people_are_not_searched(
    open_window: OpenWindow, alice: Person
) -> None:
    name = f"Cellar {alice.nickname}"
    make(alice, name)
    window = open_window(alice)
    window.open_home()
    window.context.set_offline(True)
    dialog = jump(window)
    window.page.keyboard.type("cell")
    expect(dialog.get_by_role("option", name=name)).to_be_visible()
    expect(dialog.get_by_role("status")).to_have_text("People cannot be searched just now.")


@pytest.mark.slow
@pytest.mark.parametrize("screen", SCREENS)
def test_the_jump_dialog_is_accessible(
    open_window: OpenWindow, alice: Person, bob: Person, screen: dict[str, Any]
) -> None:
    meet(bob, alice)
    make(alice, f"Den {alice.nickname}", "private")
    window = open_window(alice, **screen)
    window.open_home()
    window.page.get_by_role("link", name="Find or jump").click()
    dialog = window.page.get_by_role("dialog")
    expect(dialog.get_by_role("group", name="People")).to_be_visible()
    check_access(window)
    dialog.get_by_role("combobox").fill("xyzzy")
    expect(dialog.get_by_role("status")).to_contain_text("xyzzy")
    check_access(window)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
