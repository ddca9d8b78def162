"""Scripts that speak the language of the page, and pages that are read from the right."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from gateway_frontend.catalogs import script_of
from servicekit.language import Language
from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet
from tests.support.cast import Person
from tests.support.pseudo import untranslated, write_pseudo_catalog

FROM_THE_RIGHT = """
  new MutationObserver(() => {
    const page = document.documentElement;
    if (page && page.dir !== "rtl") page.dir = "rtl";
  }).observe(document, { childList: true, subtree: true, attributes: true });
"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.slow
def test_scripts_draw_and_announce_in_the_language_of_the_page(
    open_window: OpenWindow, alice: Person, bob: Person, tmp_path: Path
) -> None:
    write_pseudo_catalog(tmp_path, "en-XA")
    catalog = Language("en-XA", tmp_path / "en-XA.po").read_catalog()
    chat = meet(alice, bob)
    window = open_window(alice)
    page = window.new_tab()
    page.add_init_script(script_of(catalog).decode())
    page.goto(f"/app/c/{chat}")
    expect(page.locator(".who [data-presence=online]")).to_be_visible()
    mine = alice.send("123", to=bob)["id"]
    message = page.locator(f"main .message[data-id='{mine}']")
    expect(message.locator("time").first).to_have_attribute("title", re.compile("⟦"))

    page.locator("body").press("Control+/")
    shown = texts_in(page.locator("dialog.shortcuts .groups"), "Alt", "Esc", "Page")
    assert not [text for text in shown if not text.startswith("/")]  # commands have one name
    close_dialog(page)

    page.locator("main .log").press("ArrowUp")
    page.keyboard.press("Delete")
    question = page.locator("dialog[open]")
    assert not texts_in(question.locator("h2"))
    assert not texts_in(question.locator("[value=yes]"))
    question.locator("[value=yes]").click()
    assert not texts_in(page.locator(".offer-bar span"))
    assert not texts_in(page.locator(".offer-bar button"))
    assert not texts_in(message.locator(".gone"))

    box = page.locator("main form.box textarea")
    box.fill("456")
    page.locator("main form.box [data-action=send-later]").click()
    assert not texts_in(page.locator(".later-menu button").first)
    assert not texts_in(page.locator(".later-menu button").last)
    page.keyboard.press("Escape")
    page.locator("main form.box [data-action=choose-emoji]").click()
    headings = page.locator(".emoji-picker h3")
    expect(headings.first).to_be_visible()
    assert all("⟦" in text for text in headings.all_text_contents())
    page.keyboard.press("Escape")
    page.context.set_offline(True)
    assert not texts_in(page.locator(".net"))


def texts_in(place: Locator, *data: str) -> list[str]:
    """Texts inside `place` that are not translated, except `data`."""
    expect(place).to_be_visible()
    return untranslated(place.evaluate("element => element.outerHTML"), *data)


def close_dialog(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


@pytest.mark.slow
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
