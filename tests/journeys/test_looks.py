"""Every page: accessibility, stable layout, light and dark, small screens, no foreign code."""

import gzip

import pytest
from playwright.sync_api import Locator, expect

from gateway_frontend.assets import FOLDER, Assets
from tests.journeys.accessibility import check_access
from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet, send_files
from tests.journeys.dropping import picture, text_file
from tests.journeys.windows import PHONE, SCREENS, SHIFTS, Window
from tests.support.cast import Person

PUBLIC_PAGES = ("/login", "/signup", "/nothing-here")
SLOW = 60_000


def furnish(alice: Person, bob: Person) -> list[str]:
    """Pages with something of everything on them."""
    conversation_id = meet(alice, bob)
    bob.send(f"@{alice.nickname} look: `code`, **bold**, [a link](https://example.com)", to=alice)
    bob.send(
        "```python\nfor line in log:\n    print(line)\n```\n\n> quoted\n\n- one\n- two", to=alice
    )
    bob.send("| a | b |\n|---|---|\n| 1 | 2 |", to=alice)
    edited = alice.send("Frist", to=bob)
    alice.api.patch(f"/api/messages/{edited['id']}", json={"content": "First"})
    deleted = alice.send("Oops", to=bob)
    alice.api.delete(f"/api/messages/{deleted['id']}")
    send_files(bob, conversation_id, picture(), text_file())
    poll = {"question": "Where?", "choices": ["Here", "There"]}
    alice.api.post("/api/polls", json={"conversation_id": conversation_id, **poll})
    room = alice.api.post(
        "/api/conversations",
        json={"kind": "room", "name": f"room of {alice.nickname}", "topic": "Everything"},
    ).json()
    alice.add_member(room["id"], bob)
    return [
        "/app",
        f"/app/c/{conversation_id}",
        f"/app/c/{room['id']}",
        f"/app/c/{room['id']}/members",
        "/app/find",
        "/app/rooms",
        "/app/rooms/new",
        "/app/groups/new",
        f"/app/c/{room['id']}/members/new",
        "/settings",
        "/people",
        f"/people/{bob.id}",
        "/front/users",
        f"/front/messages/{alice.id}",
        "/app/c/999999",
    ]


def test_the_main_pages_are_accessible_keep_their_csp_and_do_not_shift(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    window = open_window()
    look_at(window, "/login")
    window.log_in(alice)
    for path in (furnish(alice, bob)[1], "/settings"):
        look_at(window, path)


@pytest.mark.slow
@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_is_accessible_keeps_its_csp_and_does_not_shift(
    open_window: OpenWindow, alice: Person, bob: Person, screen: dict[str, object]
) -> None:
    window = open_window(**screen)
    hosts = set()
    window.page.on("request", lambda request: hosts.add(request.url.split("/")[2].split(":")[0]))
    for path in PUBLIC_PAGES:
        look_at(window, path)
    window.complaints.clear()  # the last one is not there
    *pages, absent = furnish(alice, bob)
    window.log_in(alice)
    for path in pages:
        look_at(window, path)
    assert window.complaints == []
    look_at(window, absent)
    window.complaints.clear()
    assert hosts == {"127.0.0.1"}


def look_at(window: Window, path: str) -> None:
    answer = window.page.goto(path)
    assert answer is not None
    assert "unsafe" not in answer.headers["content-security-policy"]
    if path.startswith("/app") and answer.ok:
        # Phones show the person's own mark on the list alone.
        expect(window.page.locator(".who [data-presence=online]")).to_be_attached()
    assert window.page.evaluate(SHIFTS) < 0.02, path
    check_access(window)


@pytest.mark.slow
def test_the_docs_pages_keep_their_csp_and_load_nothing_from_other_hosts(
    open_window: OpenWindow, alice: Person
) -> None:
    window = open_window(alice)
    hosts = set()
    window.page.on("request", lambda request: hosts.add(request.url.split("/")[2].split(":")[0]))
    for path in ("/docs", "/docs/events"):
        answer = window.page.goto(path)
        assert answer is not None
        assert "unsafe" not in answer.headers["content-security-policy"]
        window.page.wait_for_load_state("networkidle")
    assert window.complaints == []
    assert hosts == {"127.0.0.1"}


def open_call(window: Window, path: str) -> Locator:
    """The first operation on a page of Swagger UI, which takes its time to draw."""
    window.page.goto(path, timeout=SLOW)
    call = window.page.locator(".opblock").first
    call.locator(".opblock-summary-control").click(timeout=SLOW)
    call.get_by_role("button", name="Try it out").wait_for(timeout=SLOW)
    return call


@pytest.mark.slow
def test_the_api_pages_are_accessible(open_window: OpenWindow) -> None:
    window = open_window()
    check_access(window, "/docs/events")
    open_call(window, "/docs?service=users_service")
    check_access(window)


@pytest.mark.slow
def test_the_docs_page_calls_the_api_with_the_session_of_its_reader(
    open_window: OpenWindow, alice: Person
) -> None:
    window = open_window(alice)
    call = open_call(window, "/docs?service=users_service")
    call.get_by_role("button", name="Try it out").click(timeout=SLOW)
    call.get_by_role("button", name="Execute").click(timeout=SLOW)
    status = call.locator(".live-responses-table tbody .response-col_status").first
    expect(status).to_contain_text("200", timeout=SLOW)


def test_a_phone_shows_one_pane_at_a_time(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    meet(alice, bob)
    window = open_window(bob, **PHONE)
    window.open_home()
    listed = window.page.get_by_role("navigation")
    expect(listed).to_be_visible()
    expect(window.page.get_by_role("log")).to_have_count(0)
    listed.get_by_role("link", name="Alice").tap()
    expect(window.messages("Hello Bob")).to_be_visible()
    expect(listed).to_be_hidden()
    width = window.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    window.page.get_by_label("Message Alice").fill("From the tram")
    window.page.get_by_role("button", name="Send").tap()
    expect(window.messages("From the tram")).to_be_visible()
    window.page.get_by_role("link", name="Back to the list").tap()
    expect(listed).to_be_visible()
    window.page.go_back()
    expect(window.messages("From the tram")).to_be_visible()


@pytest.mark.slow
def test_a_phone_shows_unread_messages_of_other_conversations_on_the_way_back(
    open_window: OpenWindow, alice: Person, bob: Person, charlie: Person
) -> None:
    conversation_id = meet(alice, bob)
    charlie.send("Are you there?", to=alice)
    window = open_window(alice, **PHONE)
    window.page.goto(f"/app/c/{conversation_id}")
    back = window.page.get_by_role("link", name="Back to the list")
    badge = back.locator("[data-elsewhere]")
    expect(badge).to_contain_text("1")
    charlie.send("It is about the keys.", to=alice)
    expect(badge).to_contain_text("2")
    bob.send("This one is read here.", to=alice)
    expect(window.messages("This one is read here.")).to_be_visible()
    expect(badge).to_contain_text("2")


@pytest.mark.slow
def test_messages_and_composer_share_their_edges(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    bob.send("A long message. " * 60, to=alice)
    window = open_window(alice, viewport={"width": 1280, "height": 800})
    window.page.goto(f"/app/c/{conversation_id}")
    edges = """(selector) => {
      const { left, right } = document.querySelector(selector).getBoundingClientRect();
      return { left, right };
    }"""
    for width in (1280, 1920, 390):
        window.page.set_viewport_size({"width": width, "height": 800})
        composer = window.page.evaluate(edges, "form.box")
        avatar = window.page.evaluate(edges, ".message .avatar")
        text = window.page.evaluate(edges, ".message .content")
        assert avatar["left"] == pytest.approx(composer["left"], abs=1)
        assert text["right"] == pytest.approx(composer["right"], abs=1)


def test_the_focus_is_always_visible(open_window: OpenWindow, alice: Person, bob: Person) -> None:
    window = open_window(alice)
    window.page.goto(furnish(alice, bob)[1])
    window.wait_until_live()
    seen = """() => {
      const style = getComputedStyle(document.activeElement);
      const box = document.activeElement.closest(".box");
      const ring = box ? getComputedStyle(box).boxShadow : "none";
      const isBody = document.activeElement === document.body;
      return style.outlineStyle !== "none" || ring !== "none" || isBody;
    }"""
    for _ in range(25):
        window.page.keyboard.press("Tab")
        assert window.page.evaluate(seen), window.page.evaluate("document.activeElement.outerHTML")


def test_the_scripts_that_a_page_loads_stay_small() -> None:
    """Compressed; what is loaded when it is first needed, such as the picker, is not counted."""
    for modules in Assets().modules.values():
        scripts = [gzip.compress((FOLDER / name).read_bytes()) for name in modules]
        assert sum(map(len, scripts)) < 150_000
