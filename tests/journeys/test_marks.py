"""One's own marks on conversations, the same on every tab; and the keys that set them."""

from playwright.sync_api import APIResponse, Page, Route, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet
from tests.support.cast import Person


def entry_in(page: Page, conversation_id: int, section: str = "") -> str:
    return (
        f"[data-list{f'={section}' if section else ''}] li[data-conversation='{conversation_id}']"
    )


def test_messages_marked_as_unread_are_unread_on_every_tab_until_they_are_opened_again(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    chat = meet(bob, alice)
    for text in ("First", "Second", "Third"):
        bob.send(text, conversation_id=chat)
    room = alice.make_room()
    window = open_window(alice)
    other = window.new_tab()
    other.goto(f"/app/c/{room}")
    window.open(chat)
    here, there = (page.locator(entry_in(page, chat)) for page in (window.page, other))
    for entry in (here, there):
        expect(entry.locator(".count")).to_be_hidden()

    window.messages("Second").hover()
    window.page.get_by_role("button", name="More", exact=True).click()
    window.page.get_by_role("menuitem", name="Mark as unread from here").click()
    for entry in (here, there):
        expect(entry.locator("[data-number]")).to_have_text("2")
    expect(window.page.locator(".new + .message")).to_contain_text("Second")
    bob.send("Fourth", conversation_id=chat)
    for entry in (here, there):
        expect(entry.locator("[data-number]")).to_have_text("3")

    window.page.locator(entry_in(window.page, room)).click()
    window.page.wait_for_url(f"**/app/c/{room}")
    here.click()
    expect(window.page.locator(".new + .message")).to_contain_text("Second")
    for entry in (here, there):
        expect(entry.locator(".count")).to_be_hidden()

    held: list[tuple[Route, APIResponse]] = []
    window.page.route("**/me", lambda route: held.append((route, route.fetch())))
    window.messages("Third").hover()
    window.page.get_by_role("button", name="More", exact=True).click()
    with window.page.expect_request("**/me"):
        window.page.get_by_role("menuitem", name="Mark as unread from here").click()
    window.page.keyboard.press("Escape")
    while not held:
        window.page.wait_for_timeout(20)  # lets the answer arrive
    ((route, answer),) = held
    with window.page.expect_response("**/read"):
        route.fulfill(response=answer)
    for entry in (here, there):
        expect(entry.locator(".count")).to_be_hidden()
    assert alice.api.get(f"/api/conversations/{chat}").json()["unread"] == 0


def test_a_starred_conversation_moves_to_the_top_and_a_muted_one_has_no_badge(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    room = alice.make_room(bob)
    chat = meet(bob, alice)
    alice.read_all(chat)
    window = open_window(alice)
    other = window.new_tab()
    other.goto("/app")
    window.open(room)
    window.page.get_by_label("Options", exact=True).click()
    window.page.get_by_role("button", name="Star", exact=True).click()
    for page in (window.page, other):
        expect(page.locator(entry_in(page, room, "starred"))).to_be_visible()
        expect(page.locator(entry_in(page, room, "rooms"))).to_have_count(0)

    window.page.locator(entry_in(window.page, chat)).click()
    window.page.wait_for_url(f"**/app/c/{chat}")
    window.page.get_by_label("Options", exact=True).click()
    window.page.get_by_label("Mute").select_option("For 8 hours")
    for page in (window.page, other):
        expect(page.locator(f"{entry_in(page, chat)}.muted")).to_be_visible()
    window.page.locator(entry_in(window.page, room)).click()
    bob.send("Psst", conversation_id=chat)
    bob.send("Hello all", conversation_id=room)
    window.page.goto("/app")
    for page in (window.page, other):
        expect(page.locator(f"{entry_in(page, room)} [data-number]")).to_have_text("1")
        expect(page.locator(f"{entry_in(page, chat)} .count")).to_be_hidden()

    window.page.get_by_role("button", name="Unread only").click()
    expect(window.page.locator(entry_in(window.page, chat))).to_be_hidden()
    window.page.reload()
    expect(window.page.locator(entry_in(window.page, chat))).to_be_hidden()
    window.page.get_by_role("button", name="Mark all as read").click()
    expect(window.page.get_by_text("Everything is read.")).to_be_visible()
    for page in (window.page, other):
        expect(page.locator(f"{entry_in(page, room)} .count")).to_be_hidden()


def test_the_sheet_of_shortcuts_shows_keys_that_work(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    chat = meet(bob, alice)
    room = alice.make_room(bob)
    bob.send("In the room", conversation_id=room)
    window = open_window(alice)
    window.open(chat)
    page = window.page
    page.get_by_role("log").focus()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    for words in ("Find or jump", "Previous unread conversation", "Mark as unread from here"):
        expect(sheet).to_contain_text(words)
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)

    page.get_by_role("log").focus()
    page.keyboard.press("ArrowUp")
    press_and_wait_for_answer(page, "u")  # it would be shown after what the next key changes
    count = page.locator(f"{entry_in(page, chat)} .count")
    expect(count).to_be_visible()
    page.keyboard.press("Escape")
    expect(count).to_be_hidden()
    page.get_by_label("Message Bob").fill("What?")
    page.keyboard.press("Shift+Escape")
    expect(page.locator(f"{entry_in(page, room)} .count")).to_be_hidden()
    assert {c["unread"] for c in alice.api.get("/api/conversations").json()} == {0}

    bob.send("Later", conversation_id=room)
    expect(page.locator(f"{entry_in(page, room)} .count")).to_be_visible()
    page.keyboard.press("Alt+Shift+ArrowUp")
    page.wait_for_url(f"**/app/c/{room}")


def press_and_wait_for_answer(page: Page, key: str) -> None:
    """Returns when the page has handled the answer about the person's marks."""
    with page.expect_response(
        lambda response: response.request.method == "PATCH" and response.url.endswith("/me")
    ) as answer:
        page.keyboard.press(key)
    answer.value.finished()
    page.evaluate("new Promise((resolve) => setTimeout(resolve))")
