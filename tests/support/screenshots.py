"""`make screenshots`: every page at 1280 and 390 px, light and dark; some are the README's."""

import io
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.browser import chromium_options
from tests.support.cast import PASSWORD, Api
from tests.support.stack import Stack

ROOT = Path(__file__).parents[2]
SIZES = {1280: 800, 390: 844}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PEOPLE = {
    "alice": "Alice Caroll",
    "bob": "Bob Morane",
    "charlie": "Charlie Chaplin",
    "dana": "Dana Lee",
    "eliza": "Eliza",
}
ROOMS = {
    "general": "Everything that concerns all of us",
    "kitchen": "Shared meals, the rota and what is left in the fridge",
    "garden": "Beds, seeds and who waters when",
    "repairs": "What is broken, and who mends it",
}
FOR_README = {
    "conversation-1280-light": "room.png",
    "conversation-1280-dark": "room-dark.png",
    "conversation-390-light": "phone.png",
}


class Story:
    """The content of the pictures: a shared house whose people cook together."""

    def __init__(self, url: str) -> None:
        self._ids: dict[str, int] = {}
        self._apis: dict[str, Api] = {}
        for nickname, name in PEOPLE.items():
            email = f"{nickname}@example.com"
            body = {"name": name, "nickname": nickname, "email": email, "password": PASSWORD}
            account = Api(url).post("/api/users", json=body).json()
            self._ids[nickname] = account["id"]
            self._apis[nickname] = Api(url, account["token"])
        self.rooms = {name: self._make_room(name, topic) for name, topic in ROOMS.items()}
        self._talk()

    def _talk(self) -> None:
        kitchen = self.rooms["kitchen"]
        self._say("charlie", "Soup is on. There is enough for eight, bring bread.", kitchen)
        last = self._say("charlie", "It looks like this:", kitchen, attachments=[self._upload()])
        days = "mon  alice + dana\ntue  charlie\nwed  nobody yet"
        rota = f"Rota for next week, generated and shuffled:\n\n```\n{days}\n```"
        last = self._say("bob", rota, kitchen)
        self._call("alice", "PUT", f"/api/conversations/{kitchen}/read", {"seq": last})
        self._say("dana", "@alice could you take Wednesday? `rota.py` says you are free.", kitchen)
        self._ask("bob", kitchen)
        self._say("alice", "Wednesday is mine then. **Dumplings!**", kitchen)
        self._say("alice", "And I have leeks from the garden.", kitchen)
        for line in ("The beans are up.", "All of them.", "Come and see!"):
            self._say("dana", line, self.rooms["garden"])
        for person, line in (("bob", "Are you coming?"), ("eliza", "How are you feeling today?")):
            body = {"content": line, "recipient_id": self._ids["alice"]}
            self._call(person, "POST", "/api/messages", body)
        members = [self._ids["dana"], self._ids["charlie"]]
        group = {"kind": "group", "member_ids": members}
        self._call("alice", "POST", "/api/conversations", group)

    def _make_room(self, name: str, topic: str) -> int:
        body = {"kind": "room", "name": name, "topic": topic, "visibility": "public"}
        room = int(self._call("alice", "POST", "/api/conversations", body)["id"])
        for other in ("bob", "charlie", "dana"):
            path = f"/api/conversations/{room}/members/{self._ids[other]}"
            self._call("alice", "PUT", path)
        return room

    def _say(self, person: str, text: str, room: int, attachments: list[int] | None = None) -> int:
        body = {"content": text, "conversation_id": room, "attachments": attachments or []}
        return int(self._call(person, "POST", "/api/messages", body)["seq"])

    def _ask(self, person: str, room: int) -> None:
        choices = ["Dumplings", "Lasagne", "Order in"]
        body = {
            "conversation_id": room,
            "question": "What do we cook on Saturday?",
            "choices": choices,
        }
        poll = self._call(person, "POST", "/api/polls", body)
        for voter, choice in (("alice", 0), ("charlie", 0), ("dana", 1), ("bob", 0)):
            vote = {"choice_ids": [poll["choices"][choice]["id"]]}
            self._call(voter, "POST", f"/api/polls/{poll['id']}/votes", vote)

    def _upload(self) -> int:
        form = {"file": ("soup.png", paint_soup(), "image/png")}
        answer = self._apis["charlie"].post(
            "/api/attachments", files=form, data={"alt": "A pot of soup from above"}
        )
        answer.raise_for_status()
        return int(answer.json()["id"])

    def _call(self, person: str, method: str, path: str, body: object = None) -> dict[str, Any]:
        answer = self._apis[person].request(method, path, json=body)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found


def paint_soup() -> bytes:
    """A pot from above, so that no picture of anybody is needed."""
    picture = Image.new("RGB", (720, 400), "#d9cdb8")
    draw = ImageDraw.Draw(picture)
    for radius, colour in ((180, "#3c4a52"), (166, "#5b6b73"), (152, "#c8702f"), (146, "#d98539")):
        draw.ellipse((360 - radius, 200 - radius, 360 + radius, 200 + radius), fill=colour)
    for number in range(26):
        x = 360 + (number * 89 % 220) - 110
        y = 200 + (number * 57 % 200) - 100
        colour = ("#5c8a3a", "#f0b24a", "#b8442c")[number % 3]
        draw.ellipse((x - 9, y - 6, x + 9, y + 6), fill=colour)
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def take_all(browser: Browser, url: str, story: Story, folder: Path) -> None:
    kitchen = story.rooms["kitchen"]
    before = {"login": "/login", "signup": "/signup"}
    inside = {
        "list": "/app",
        "conversation": f"/app/c/{kitchen}",
        "members": f"/app/c/{kitchen}/members",
        "find": "/app/find",
        "rooms": "/app/rooms",
        "group": "/app/groups/new",
        "settings": "/settings",
        "people": "/front/users",
        "ask": f"/app/c/{kitchen}/polls/new",
        "poll": "/app/polls/1",
        "error": "/app/c/999999",
    }
    for width, height in SIZES.items():
        for scheme in SCHEMES:
            context = browser.new_context(
                base_url=url,
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                device_scale_factor=2 if width < 500 else 1,
            )
            page = context.new_page()
            take(page, before, folder, f"{width}-{scheme}")
            log_in(page)
            take(page, inside, folder, f"{width}-{scheme}")
            take_dialogs(page, inside["conversation"], folder, f"{width}-{scheme}")
            context.close()


def take(page: Page, paths: dict[str, str], folder: Path, suffix: str) -> None:
    for name, path in paths.items():
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{name}-{suffix}.png")


def take_dialogs(page: Page, conversation: str, folder: Path, suffix: str) -> None:
    """A picture at full size, files that wait in the composer, a poll that is being asked."""
    page.goto(conversation)
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="A pot of soup").click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / f"viewer-{suffix}.png")
    page.keyboard.press("Escape")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Attach files").click()
    soup = {"name": "soup.png", "mimeType": "image/png", "buffer": paint_soup()}
    notes = {"name": "recipe.txt", "mimeType": "text/plain", "buffer": b"Leeks, potatoes, cream."}
    files: list[Any] = [soup, notes]
    chooser.value.set_files(files)
    page.get_by_label("Describe the picture soup.png").fill("A pot of soup from above")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / f"files-{suffix}.png")
    page.get_by_role("link", name="New poll").click()
    page.get_by_label("Question").fill("Where do we eat?")
    page.screenshot(path=folder / f"asking-{suffix}.png")


def log_in(page: Page) -> None:
    page.goto("/login")
    page.get_by_label("Nickname or email").fill("alice")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/app")


def main() -> None:
    folder = ROOT / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    pictures = ROOT / "docs" / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    place = {"PLACE_NAME": "Maple Street"}
    with tempfile.TemporaryDirectory() as data, Stack(Path(data), environ=place) as stack:
        story = Story(stack.url)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**chromium_options())
            take_all(browser, stack.url, story, folder)
            browser.close()
    for name, kept in FOR_README.items():
        # Few colours are enough for flat surfaces, and keep the repository small.
        Image.open(folder / f"{name}.png").convert("RGB").quantize(200).save(
            pictures / kept, optimize=True
        )
    sys.stdout.write(f"Pictures of every page: {folder}\n")


if __name__ == "__main__":
    main()
