"""The longest names, topics and file names that the API accepts, on small and large screens."""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.journeys.conftest import OpenWindow
from tests.journeys.windows import Window
from tests.support.cast import Person

SIZES: tuple[ViewportSize, ...] = (
    {"width": 1280, "height": 800},
    {"width": 390, "height": 844},
    {"width": 320, "height": 568},
)
WIDE = "W"
OUTSIDE = """() => {
  const page = document.documentElement;
  const found = page.scrollWidth > page.clientWidth ? [`the page is ${page.scrollWidth} wide`] : [];
  for (const control of document.querySelectorAll("a, button, input, textarea, select, summary")) {
    const box = control.getBoundingClientRect();
    if (box.width < 2 || control.closest(".out-of-sight, .skip, .tools, [hidden]")) continue;
    let scroller = control.parentElement;
    while (scroller && !/auto|scroll/.test(getComputedStyle(scroller).overflowX)) {
      scroller = scroller.parentElement;
    }
    if (scroller && scroller.matches("pre, table, .table-scroll")) continue;
    if (box.right > innerWidth + 1 || box.left < -1) {
      const name = control.getAttribute("aria-label") || control.textContent || control.name;
      found.push(`${name.trim().slice(0, 40)}: ${box.left} to ${box.right}`);
    }
  }
  for (const pane of document.querySelectorAll(".log, .sheet, .lists, .panel .inside, .tray")) {
    if (pane.scrollWidth > pane.clientWidth) found.push(`${pane.className} scrolls sideways`);
  }
  return found;
}"""


@dataclass
class LongHouse:
    """Conversations in which every value is as long as the API allows."""

    room: int
    group: int
    direct: int
    other_id: int
    poll_id: int

    @property
    def paths(self) -> list[str]:
        conversations = (self.room, self.group, self.direct)
        return [
            "/app",
            *(f"/app/c/{each}" for each in conversations),
            *(f"/app/c/{each}/members" for each in conversations[:2]),
            f"/app/c/{self.room}/polls/new",
            f"/app/polls/{self.poll_id}",
            f"/app/u/{self.other_id}",
            "/app/find",
            "/app/rooms",
            "/app/rooms/new",
            "/app/groups/new",
            f"/app/c/{self.room}/members/new",
            "/people",
            f"/people/{self.other_id}",
            "/settings",
            "/front/users",
            "/docs",
            "/nothing-here",
        ]


@pytest.fixture
def house(alice: Person, bob: Person, charlie: Person, dana: Person) -> LongHouse:
    for number, person in enumerate((alice, bob, charlie, dana)):
        name = f"{WIDE * 98}{number:02}"
        nickname = f"{person.nickname}{'w' * 32}"[:32]
        person.api.patch(f"/api/users/{person.id}", json={"name": name, "nickname": nickname})
        person.name, person.nickname = name, nickname
        status = {"emoji": "🌿", "text": WIDE * 100}
        profile = {"title": WIDE * 80, "time_zone": "UTC", "status": status}
        person.api.patch("/api/users/me", json=profile).raise_for_status()
    others = [bob.id, charlie.id, dana.id]
    room = _create(alice, kind="room", name=f"{WIDE * 70}{alice.id}", topic="T" * 250)
    for user_id in others:
        alice.api.put(f"/api/conversations/{room}/members/{user_id}").raise_for_status()
    group = _create(alice, kind="group", member_ids=others)
    direct = alice.send("A" * 300, to=bob)["conversation_id"]
    file = {"file": (f"{WIDE * 196}.txt", b"Leeks", "text/plain")}
    for place in (room, group, direct):
        uploaded = bob.api.post("/api/attachments", files=file).json() if place != group else None
        attachments = [uploaded["id"]] if uploaded else []
        bob.send(WIDE * 500, conversation_id=place, attachments=attachments)
    asked = {"conversation_id": room, "question": "Q" * 300, "choices": ["C" * 200, "D" * 200]}
    poll = alice.api.post("/api/polls", json=asked)
    poll.raise_for_status()
    return LongHouse(room, group, direct, dana.id, poll.json()["id"])


@pytest.mark.slow
def test_the_longest_values_push_nothing_off_the_screen(
    open_window: OpenWindow, house: LongHouse, alice: Person
) -> None:
    window = open_window(alice, viewport=SIZES[0])
    found: dict[str, Any] = {}
    for path in house.paths:
        window.page.set_viewport_size(SIZES[0])
        window.page.goto(path)
        if path.startswith("/app"):
            window.wait_until_live()
        found |= _find_outside(window, path)
    _fill_tray(window, house)
    found |= _find_outside(window, "tray")
    assert not found
    window.complaints.clear()  # the page that does not exist


def _find_outside(window: Window, path: str) -> dict[str, Any]:
    """Elements outside of the screen, by path and width."""
    found = {}
    for size in SIZES:
        window.page.set_viewport_size(size)
        if outside := window.page.evaluate(OUTSIDE):
            found[f"{path} at {size['width']} px"] = outside
    return found


def _fill_tray(window: Window, house: LongHouse) -> None:
    page: Page = window.page
    page.set_viewport_size(SIZES[0])
    window.open(house.room)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Attach files").click()
    file: Any = {"name": f"{WIDE * 196}.txt", "mimeType": "text/plain", "buffer": b"Leeks"}
    chooser.value.set_files([file])
    page.locator(".parcel").wait_for()


def _create(person: Person, **conversation: Any) -> int:
    answer = person.api.post("/api/conversations", json=conversation)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])
