"""Polls: asked in three ways, voted on live, closed, and as plain forms."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.accessibility import check_access
from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet
from tests.journeys.windows import SCREENS, Window
from tests.support.cast import Person


def ask(person: Person, conversation_id: int, **fields: object) -> int:
    poll = {"question": "Where?", "choices": ["Here", "There"]} | fields
    answer = person.api.post("/api/polls", json={"conversation_id": conversation_id, **poll})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def card(window: Window, question: str = "Where?") -> Locator:
    return window.page.get_by_role("group", name=question).locator("xpath=ancestor::form")


def choice(poll: Locator, words: str) -> Locator:
    return poll.locator("input[name=choice]").and_(poll.get_by_label(re.compile(words)))


def test_two_people_see_each_others_votes_live(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    hers, his = open_window(alice), open_window(bob)
    hers.open(conversation_id)
    his.open(conversation_id)
    hers.say('/poll "Where?" "Here" "There"')
    choice(card(his), "There").click()
    for window in (hers, his):
        expect(card(window).locator("[data-votes]")).to_have_text(["0", "1"])
        expect(card(window).locator("[data-count]")).to_have_text("1 vote")
    choice(card(hers), "Here").click()
    for window in (hers, his):
        expect(card(window).locator("[data-votes]")).to_have_text(["1", "1"])
        expect(card(window).locator("[data-count]")).to_have_text("2 votes")
    expect(choice(card(his), "There")).to_be_checked()
    expect(choice(card(hers), "There")).not_to_be_checked()
    choice(card(his), "Here").click()
    expect(card(hers).locator("[data-votes]")).to_have_text(["2", "0"])
    assert card(hers).locator("progress").first.evaluate("bar => bar.value / bar.max") == 1
    his.page.reload()
    expect(choice(card(his), "Here")).to_be_checked()
    card(his).get_by_role("link", name="Who voted").click()
    expect(card(his).locator(".voters").first).to_have_text(re.compile("Alice.*Bob|Bob.*Alice"))


def test_a_vote_is_withdrawn_by_choosing_it_again_and_cast_by_keyboard(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    ask(alice, conversation_id)
    window = open_window(alice)
    window.open(conversation_id)
    choice(card(window), "Here").focus()
    window.page.keyboard.press("Space")
    expect(card(window).locator("[data-votes]")).to_have_text(["1", "0"])
    window.page.keyboard.press("ArrowDown")
    expect(card(window).locator("[data-votes]")).to_have_text(["0", "1"])
    window.page.keyboard.press("Enter")
    expect(card(window).locator("[data-votes]")).to_have_text(["0", "0"])
    expect(card(window).locator(":checked")).to_have_count(0)


@pytest.mark.slow
def test_an_anonymous_multiple_choice_poll_stays_in_step_across_tabs(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    ask(alice, conversation_id, multiple=True, anonymous=True)
    window = open_window(bob)
    window.open(conversation_id)
    other = window.new_tab()
    other.goto(f"/app/c/{conversation_id}")
    expect(other.locator(".who [data-presence=online]")).to_be_visible()
    choice(card(window), "Here").click()
    choice(card(window), "There").click()
    for page in (window.page, other):
        expect(page.locator(".poll [data-votes]")).to_have_text(["1", "1"])
        expect(page.locator(".poll :checked")).to_have_count(2)
        expect(page.locator(".poll .about")).to_contain_text("several choices · anonymous")
    expect(card(window).get_by_role("link", name="Who voted")).to_be_hidden()


def test_a_poll_is_created_in_the_dialog_by_keyboard_alone(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    window = open_window(alice)
    window.open(meet(alice, bob))
    window.page.get_by_role("link", name="New poll").press("Enter")
    dialog = window.page.get_by_role("dialog", name="New poll")
    expect(dialog.get_by_label("Question")).to_be_focused()
    window.page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("Write a question.")
    window.page.keyboard.type("What do we cook?")
    window.page.keyboard.press("Tab")
    for words in ("Dumplings", "Lasagne", "Soup"):
        window.page.keyboard.type(words)
        window.page.keyboard.press("Enter")
    expect(dialog.locator("[name=choice]")).to_have_count(4)
    dialog.get_by_role("button", name="Remove choice 3").click()
    dialog.get_by_label("Several choices").check()
    dialog.get_by_role("button", name="Ask").click()
    expect(dialog).to_have_count(0)
    poll = card(window, "What do we cook?")
    expect(poll.locator(".words")).to_have_text(["Dumplings", "Lasagne"])
    expect(poll.get_by_role("checkbox")).to_have_count(2)


@pytest.mark.slow
def test_only_the_author_closes_a_poll_and_voting_ends(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    ask(alice, conversation_id)
    hers, his = open_window(alice), open_window(bob)
    hers.open(conversation_id)
    his.open(conversation_id)
    expect(card(his).get_by_role("button", name="Close the poll")).to_be_hidden()
    card(hers).get_by_role("button", name="Close the poll").click()
    hers.page.get_by_role("dialog").get_by_role("button", name="Close the poll").click()
    for window in (hers, his):
        expect(card(window).locator(".about")).to_contain_text("closed")
        expect(choice(card(window), "Here")).to_be_disabled()


@pytest.mark.slow
def test_a_moderator_closes_polls_in_a_room_but_not_in_a_direct_conversation(
    open_window: OpenWindow, alice: Person, bob: Person, charlie: Person
) -> None:
    room = {"kind": "room", "name": f"Votes {alice.nickname}", "visibility": "public"}
    room_id = alice.api.post("/api/conversations", json=room).json()["id"]
    for person in (bob, charlie):
        alice.api.put(f"/api/conversations/{room_id}/members/{person.id}")
    ask(charlie, room_id)
    poll_id = ask(charlie, room_id, question="When?")
    hers, his = open_window(alice), open_window(bob)
    hers.open(room_id)
    his.open(room_id)
    closing = card(his).get_by_role("button", name="Close the poll")
    expect(closing).to_be_hidden()
    role = {"role": "moderator"}
    alice.api.patch(f"/api/conversations/{room_id}/members/{bob.id}", json=role)
    expect(closing).to_be_visible()  # at once, on the open page
    closing.click()
    his.page.get_by_role("dialog").get_by_role("button", name="Close the poll").click()
    for window in (hers, his):
        expect(card(window).locator(".about")).to_contain_text("closed")
    his.page.reload()
    expect(card(his, "When?").get_by_role("button", name="Close the poll")).to_be_visible()
    plain = open_window(alice, java_script_enabled=False)
    plain.page.goto(f"/app/polls/{poll_id}")
    plain.page.get_by_role("button", name="Close the poll").click()
    expect(card(his, "When?").locator(".about")).to_contain_text("closed")
    ask(bob, meet(alice, bob), question="Between us?")
    hers.open(meet(alice, bob))
    closing = card(hers, "Between us?").get_by_role("button", name="Close the poll")
    expect(closing).to_be_hidden()


@pytest.mark.slow
def test_an_invalid_poll_command_stays_in_the_box(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    window = open_window(alice)
    window.open(meet(alice, bob))
    window.say('/poll "Where?" "Here"')
    expect(window.page.get_by_role("status").filter(has_text="Write it like this")).to_be_visible()
    expect(window.page.locator("main form.box textarea")).to_have_value('/poll "Where?" "Here"')
    assert window.texts() == ["Hello Bob"]


@pytest.mark.slow
def test_polls_work_as_plain_forms(open_window: OpenWindow, alice: Person, bob: Person) -> None:
    conversation_id = meet(alice, bob)
    window = open_window(alice, java_script_enabled=False)
    window.page.goto(f"/app/c/{conversation_id}")
    window.page.get_by_role("link", name="New poll").click()
    window.page.get_by_label("Question").fill("Where?")
    window.page.get_by_label("Choice 1", exact=True).fill("Here")
    window.page.get_by_role("button", name="Ask").click()
    expect(window.page.locator(".wrong").first).to_be_visible()
    expect(window.page.get_by_label("Question")).to_have_value("Where?")
    window.page.get_by_label("Choice 2", exact=True).fill("There")
    window.page.get_by_role("button", name="Ask").click()
    window.page.wait_for_url(f"**/app/c/{conversation_id}#*")
    choice(card(window), "There").check()
    card(window).get_by_role("button", name="Vote").click()
    expect(card(window).locator("[data-votes]")).to_have_text(["0", "1"])
    card(window).get_by_role("link", name="Who voted").click()
    expect(card(window).locator(".voters").nth(1)).to_have_text("Alice")
    window.page.get_by_role("button", name="Close the poll").click()
    expect(card(window).locator(".about")).to_contain_text("closed")
    window.page.get_by_label("Message Bob").fill("/poll Again? Yes No")
    window.page.get_by_role("button", name="Send").click()
    expect(card(window, "Again?").locator(".words")).to_have_text(["Yes", "No"])
    window.complaints.clear()  # the 422


def in_a_month() -> str:
    return (datetime.now(UTC) + timedelta(days=30)).isoformat()


@pytest.mark.slow
@pytest.mark.parametrize("screen", SCREENS)
def test_polls_are_accessible(
    open_window: OpenWindow, alice: Person, bob: Person, screen: dict[str, object]
) -> None:
    conversation_id = meet(alice, bob)
    poll_id = ask(alice, conversation_id, closes_at=in_a_month())
    closed = ask(alice, conversation_id, question="When?", multiple=True)
    alice.api.post(f"/api/polls/{closed}/close")
    window = open_window(alice, **screen)
    for path in (f"/app/c/{conversation_id}/polls/new", f"/app/polls/{poll_id}"):
        check_access(window, path)
    window.page.goto(f"/app/c/{conversation_id}")
    expect(window.page.locator(".who [data-presence=online]")).to_have_count(1)
    choice(card(window), "Here").click()
    card(window).get_by_role("link", name="Who voted").click()
    expect(card(window).locator(".voters").first).to_have_text("Alice")
    check_access(window)
    window.page.locator("form.box textarea").click()  # on a phone, it shows the tools
    window.page.get_by_role("link", name="New poll").click()
    expect(window.page.get_by_role("dialog")).to_be_visible()
    check_access(window)
