"""Rooms and groups: made, joined, looked after, left, in front of everybody's eyes."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.windows import Window, create_room
from tests.support.cast import Person


def add(window: Window, person: Person) -> None:
    window.page.get_by_role("link", name="Add people").click()
    choose(window, person)
    window.page.get_by_role("button", name="Add (1)").click()
    expect(window.page.locator(".panel .people")).to_contain_text(f"@{person.nickname}")


def choose(window: Window, person: Person) -> None:
    """Find a person by what is typed, and choose them."""
    window.page.get_by_label("Name or nickname").fill(person.nickname)
    window.page.locator(".choose .people").get_by_text(f"@{person.nickname}", exact=True).click()
    expect(window.page.locator(".chosen")).to_contain_text(person.name)


def test_a_public_room_is_created_found_and_joined(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    hers, his = open_window(alice), open_window(bob)
    name = f"Harvest {alice.nickname}"
    create_room(hers, name)
    hers.say("Who brings the ladder?")
    his.open_home()
    his.page.get_by_role("link", name="Browse or create rooms").click()
    his.page.get_by_label("Name of a room").fill(name)
    his.page.keyboard.press("Enter")
    his.page.get_by_role("button", name=f"Join {name}").click()
    expect(his.messages("Who brings the ladder?")).to_be_visible()
    his.say("I do")
    expect(hers.messages("I do")).to_be_visible()


def test_a_private_room_appears_for_a_new_member_and_disappears_for_a_removed_one(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    hers, his = open_window(alice), open_window(bob)
    his.open_home()
    name = f"Council {alice.nickname}"
    room_id = create_room(hers, name, "Invited people only")
    hers.page.get_by_role("link", name="Members").click()
    hers.page.get_by_role("link", name="Add people").click()
    hers.page.get_by_label("Name or nickname").fill("nobody-of-that-name")
    expect(hers.page.get_by_text("Nobody else has “nobody-of-that-name”")).to_be_visible()
    hers.page.get_by_role("link", name="Cancel").click()
    add(hers, bob)
    his.page.get_by_role("link", name=name).click()
    expect(his.page.get_by_role("heading", level=1)).to_have_text(f"# {name}")
    his.wait_until_live()
    hers.page.get_by_label("Bob: role and removal").click()
    hers.page.get_by_role("button", name="Make them moderator").click()
    expect(hers.page.locator(".panel")).to_contain_text("moderator")
    hers.page.get_by_label("Bob: role and removal").click()
    hers.page.get_by_role("button", name="Remove").click()
    hers.page.keyboard.press("Escape")  # nothing has happened yet
    expect(his.page.get_by_role("link", name=name)).to_have_count(1)
    hers.page.get_by_role("button", name="Remove").click()
    hers.agree("Remove")
    expect(his.page.get_by_role("link", name=name)).to_have_count(0)
    his.page.wait_for_url("**/app")
    expect(his.page.locator(".net")).to_have_text(f"You are no longer in # {name}.")
    assert his.context.request.get(f"/app/c/{room_id}").status == 404


@pytest.mark.slow
def test_a_new_name_and_topic_are_seen_by_all_without_a_reload(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    hers, his = open_window(alice), open_window(bob)
    room_id = create_room(hers, f"Before {alice.nickname}")
    hers.page.get_by_role("link", name="Members").click()
    add(hers, bob)
    his.open(room_id)
    with his.page.expect_response("**/draft"):  # an archived room would refuse it
        his.page.get_by_role("textbox", name="Message").fill("Half written")
    hers.page.get_by_text("Edit details").click()
    hers.page.get_by_label("Name", exact=True).fill(f"After {alice.nickname}")
    hers.page.get_by_label("Topic").fill("What comes next")
    hers.page.get_by_role("button", name="Save").click()
    expect(his.page.get_by_role("heading", level=1)).to_have_text(f"# After {alice.nickname}")
    expect(his.page.locator(".topic")).to_have_text("What comes next")
    expect(his.page.get_by_role("link", name=f"After {alice.nickname}")).to_be_visible()
    box = his.page.get_by_role("textbox", name=f"Message # After {alice.nickname}")
    expect(box).to_have_value("Half written")
    expect(box).to_have_attribute("placeholder", f"Message # After {alice.nickname}")
    expect(his.page).to_have_title(re.compile(f"# After {alice.nickname}"))
    hers.page.get_by_text("Edit details").click()
    hers.page.get_by_role("button", name="Archive").click()
    hers.agree("Archive")
    expect(his.page.get_by_text("This room is archived.")).to_be_visible()
    expect(box).to_be_hidden()


@pytest.mark.slow
def test_an_archived_room_is_read_only(open_window: OpenWindow, alice: Person) -> None:
    window = open_window(alice)
    create_room(window, f"Closed {alice.nickname}")
    window.say("The last word")
    window.page.get_by_role("link", name="Members").click()
    window.page.get_by_text("Edit details").click()
    window.page.get_by_role("button", name="Archive").click()
    window.agree("Archive")
    expect(window.page.get_by_text("This room is archived.")).to_be_visible()
    expect(window.page.get_by_role("button", name="Send")).to_be_hidden()
    expect(window.messages("The last word")).to_be_visible()


@pytest.mark.slow
def test_a_group_is_started_with_several_people(
    open_window: OpenWindow, alice: Person, bob: Person, charlie: Person
) -> None:
    hers, his = open_window(alice), open_window(bob)
    his.open_home()
    hers.open_home()
    hers.page.get_by_role("link", name="New message").click()
    hers.page.get_by_role("link", name="New group").click()
    hers.page.wait_for_url("**/app/groups/new")
    for person in (bob, charlie):  # with many people here, not everybody is on the first page
        choose(hers, person)
    expect(hers.page.locator(".chosen")).to_contain_text("Bob")
    hers.page.get_by_role("button", name="Create group (2)").click()
    expect(hers.page.get_by_role("heading", level=1)).to_have_text("Bob, Charlie")
    hers.wait_until_live()
    hers.say("Shall we?")
    with his.page.expect_response("**/read"):  # afterwards he could not say that he has read it
        his.page.get_by_role("link", name=re.compile("Alice, Charlie")).click()
        expect(his.messages("Shall we?")).to_be_visible()
    his.page.get_by_role("link", name="Members").click()
    his.page.get_by_role("button", name="Leave group").click()
    his.agree("Leave")
    his.page.wait_for_url("**/app")
    expect(his.page.get_by_role("link", name=re.compile("Alice, Charlie"))).to_have_count(0)


@pytest.mark.slow
def test_a_newcomer_finds_public_rooms_to_join_on_the_first_page(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    name = f"Orchard {alice.nickname}"
    body = {"kind": "room", "name": name, "topic": "Apples and pears", "visibility": "public"}
    room = alice.api.post("/api/conversations", json=body).json()
    alice.send("The ladder is in the shed.", conversation_id=room["id"])
    window = open_window(bob)
    window.open_home()
    entry = window.page.get_by_role("main").locator("li", has_text=name)
    expect(entry).to_contain_text("Apples and pears")
    expect(entry).to_contain_text("1 member · last active today")
    entry.get_by_role("button", name="Join").click()
    expect(window.messages("The ladder is in the shed.")).to_be_visible()


def test_the_first_page_lists_the_latest_conversations_unread_ones_first(
    open_window: OpenWindow, alice: Person, bob: Person, charlie: Person
) -> None:
    bob.send("Have you seen **my keys**?", to=alice)
    alice.send("Good night", to=charlie)
    window = open_window(alice)
    window.open_home()
    entries = window.page.get_by_role("main").locator(".recent li")
    expect(entries).to_have_count(2)
    expect(entries.first).to_contain_text("Bob: Have you seen my keys?")
    expect(entries.last).to_contain_text("You: Good night")
    entries.first.click()
    expect(window.messages("Have you seen my keys?")).to_be_visible()


@pytest.mark.slow
def test_selected_people_stay_selected_and_can_be_removed(
    open_window: OpenWindow, alice: Person, bob: Person, charlie: Person
) -> None:
    window = open_window(alice)
    window.page.goto("/app/groups/new")
    choose(window, bob)
    choose(window, charlie)
    expect(window.page.locator(".chosen li")).to_have_count(2)
    window.page.locator(".chip", has_text="Bob").click()
    expect(window.page.locator(".chosen li")).to_have_count(1)
    expect(window.page.get_by_role("button", name="Create group (1)")).to_be_visible()


@pytest.mark.slow
def test_people_are_added_to_a_room_without_scripts(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    body = {"kind": "room", "name": f"Plain {alice.nickname}"}
    room_id = alice.api.post("/api/conversations", json=body).json()["id"]
    window = open_window(alice, java_script_enabled=False)
    window.page.goto(f"/app/c/{room_id}/members")
    window.page.get_by_role("link", name="Add people").click()
    window.page.get_by_label("Name or nickname").fill(bob.nickname)
    window.page.get_by_role("button", name="Search").click()
    window.page.locator(".choose .people").get_by_text(f"@{bob.nickname}", exact=True).click()
    window.page.get_by_role("button", name="Add", exact=True).click()
    expect(window.page.locator(".panel .people")).to_contain_text(f"@{bob.nickname}")
