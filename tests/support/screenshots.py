"""`make screenshots`: every page of the demo at 1280 and 390 px, light and dark."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from deploy.local.demo import fill_demo
from deploy.local.demo_pictures import paint
from tests.support.browser import chromium_options
from tests.support.cast import Api
from tests.support.stack import Stack

ROOT = Path(__file__).parents[2]
SIZES = {1280: 800, 390: 844}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FOR_README = {
    "thread-1280-light": "room.png",
    "conversation-1280-dark": "room-dark.png",
    "conversation-390-light": "phone.png",
}


def take_all(browser: Browser, url: str, password: str, folder: Path) -> None:
    session = Api(url).post("/api/sessions", json={"login": "alice", "password": password}).json()
    before = {"login": "/login", "signup": "/signup"}
    inside = pages_of(Api(url, session["access_token"]))
    for width, height in SIZES.items():
        for scheme in SCHEMES:
            context = browser.new_context(
                base_url=url,
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                device_scale_factor=2 if width < 500 else 1,
                service_workers="block",
            )
            page = context.new_page()
            suffix = f"{width}-{scheme}"
            take(page, before, folder, suffix)
            context.add_cookies([{"name": "parley", "value": session["session_token"], "url": url}])
            take(page, inside, folder, suffix)
            for name, (start, prepare) in DIALOGS.items():
                page.goto(inside[start])
                page.wait_for_load_state("networkidle")
                prepare(page)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=folder / f"{name}-{suffix}.png")
                for box in page.locator("main form.box textarea").all():
                    box.fill("")  # or it would be a draft on the next pictures
            context.close()


def pages_of(alice: Api) -> dict[str, str]:
    """Paths of the pages as alice sees them, by the names of their pictures."""
    rooms = {room["name"]: room["id"] for room in alice.get("/api/conversations").json()}
    kitchen = rooms["kitchen"]
    thread = alice.get("/api/threads").json()[0]["message_id"]
    pinned = alice.get(f"/api/conversations/{kitchen}/pins").json()[0]
    pinned_seq = pinned.get("message", pinned)["seq"]
    return {
        "list": "/app",
        "conversation": f"/app/c/{kitchen}",
        "general": f"/app/c/{rooms['general']}",
        "members": f"/app/c/{kitchen}/members",
        "thread": f"/app/c/{kitchen}/thread/{thread}",
        "link": f"/app/c/{kitchen}?at={pinned_seq}",
        "threads": "/app/threads",
        "pins": f"/app/c/{kitchen}/pins",
        "search": "/app/search?q=soup",
        "saved": "/app/saved",
        "mentions": "/app/mentions",
        "drafts": "/app/drafts",
        "people": "/people",
        "person": "/people/2",
        "find": "/app/find",
        "rooms": "/app/rooms",
        "group": "/app/groups/new",
        "settings": "/settings",
        "tutorial": "/front/users",
        "ask": f"/app/c/{kitchen}/polls/new",
        "poll": "/app/polls/1",
        "offline": "/offline",
        "error": "/app/c/999999",
    }


def take(page: Page, paths: dict[str, str], folder: Path, suffix: str) -> None:
    for name, path in paths.items():
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{name}-{suffix}.png")


def show_picture(page: Page) -> None:
    page.get_by_role("link", name="A pot of soup").click()


def attach_files(page: Page) -> None:
    page.locator("main form.box textarea").click()  # phones show the tools then
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Attach files").click()
    soup = {"name": "soup.png", "mimeType": "image/png", "buffer": paint("soup")}
    notes = {"name": "recipe.txt", "mimeType": "text/plain", "buffer": b"Leeks, potatoes, cream."}
    files: list[Any] = [soup, notes]
    chooser.value.set_files(files)
    page.get_by_label("Describe the picture soup.png").fill("A pot of soup from above")


def ask_question(page: Page) -> None:
    page.locator("main form.box textarea").click()
    page.get_by_role("link", name="New poll").click()
    page.get_by_label("Question").fill("Where do we eat?")


def pick_emoji(page: Page) -> None:
    page.locator("main form.box textarea").click()
    page.locator("main form.box").get_by_role("button", name="Emoji").click()
    page.get_by_role("searchbox").wait_for()


def show_card(page: Page) -> None:
    page.locator(".message a.name", has_text="Bob").last.click()
    page.get_by_role("dialog").wait_for()


def show_shortcuts(page: Page) -> None:
    page.locator("body").press("Control+/")
    page.get_by_role("dialog").wait_for()


def react(page: Page) -> None:
    message = page.locator(".message", has_text="Soup is on").first
    message.hover()
    page.locator("[data-action=react]").first.click()
    page.get_by_role("searchbox").wait_for()


def compare_versions(page: Page) -> None:
    page.get_by_role("button", name="(edited)").first.click()
    page.get_by_role("dialog").wait_for()


def forward(page: Page) -> None:
    page.locator("main .log").press("ArrowUp")
    page.keyboard.press("f")
    page.get_by_role("dialog").wait_for()


def schedule(page: Page) -> None:
    box = page.locator("main form.box textarea")
    box.fill("The landlord was here; the boiler works again.")
    page.get_by_role("button", name="Schedule for later").click()
    page.locator(".later-menu button").first.wait_for()


def jump(page: Page) -> None:
    page.locator("body").press("Control+k")
    page.get_by_role("dialog").get_by_role("combobox").fill("so")
    page.get_by_role("dialog").get_by_role("option").first.wait_for()


def mention(page: Page) -> None:
    page.locator("main form.box textarea").press_sequentially("Thanks @b")
    page.get_by_role("listbox").get_by_role("option").first.wait_for()


def set_status(page: Page) -> None:
    page.locator("[data-action=set-status]").click()
    page.get_by_role("dialog").wait_for()


def open_menu(page: Page) -> None:
    page.locator(".conversation-menu summary").click()


DIALOGS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "viewer": ("conversation", show_picture),
    "files": ("conversation", attach_files),
    "asking": ("conversation", ask_question),
    "emoji": ("conversation", pick_emoji),
    "card": ("conversation", show_card),
    "shortcuts": ("conversation", show_shortcuts),
    "react": ("conversation", react),
    "versions": ("general", compare_versions),
    "forward": ("conversation", forward),
    "later": ("conversation", schedule),
    "jump": ("conversation", jump),
    "completion": ("conversation", mention),
    "status": ("list", set_status),
    "options": ("conversation", open_menu),
}
"""Parts that are opened over a page, by the names of the pictures."""


def main() -> None:
    folder = ROOT / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    pictures = ROOT / "docs" / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    place = {"PLACE_NAME": "Maple Street"}
    with tempfile.TemporaryDirectory() as data, Stack(Path(data), environ=place) as stack:
        password = fill_demo(stack.config).rpartition(" ")[2]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**chromium_options())
            take_all(browser, stack.url, password, folder)
            browser.close()
    for name, kept in FOR_README.items():
        # Few colours are enough for flat surfaces, and keep the repository small.
        Image.open(folder / f"{name}.png").convert("RGB").quantize(200).save(
            pictures / kept, optimize=True
        )
    sys.stdout.write(f"Pictures of every page: {folder}\n")


if __name__ == "__main__":
    main()
