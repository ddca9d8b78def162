"""Threads beside the conversation, and links to messages."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import fill, meet
from tests.journeys.dropping import drop, text_file
from tests.journeys.windows import PHONE, Window
from tests.support.cast import Person
from tests.support.stack import Stack


def reply_box(window: Window) -> Locator:
    return window.page.get_by_label("Reply in the thread")


def replies(window: Window) -> Locator:
    return window.page.locator("aside.thread .lines .message .body")


def reply(window: Window, text: str) -> None:
    reply_box(window).fill(text)
    reply_box(window).press("Enter")
    expect(replies(window).last).to_have_text(text)


def test_two_people_answer_each_other_in_a_thread(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    question = alice.send("Lunch?", to=bob)
    alices, bobs, phone = open_window(alice), open_window(bob), open_window(alice)
    for window in (alices, bobs):
        window.open(conversation_id)
    phone.open_home()
    address = re.compile(rf"/app/c/{conversation_id}/thread/{question['id']}$")

    bobs.messages("Lunch?").hover()
    bobs.messages("Lunch?").get_by_role("button", name="Reply in thread").click()
    expect(reply_box(bobs)).to_be_focused()
    expect(bobs.page).to_have_url(address)
    reply(bobs, "Yes, at noon")
    count, elsewhere = (w.page.get_by_role("link", name="Threads 1 new") for w in (alices, phone))
    for link in (count, elsewhere):
        expect(link).to_be_visible()
    expect(alices.page.locator("main .message", has_text="Yes, at noon")).to_have_count(0)

    alices.page.get_by_role("link", name="1 reply").click()
    expect(replies(alices)).to_have_text(["Yes, at noon"])
    expect(count).to_be_hidden()
    expect(elsewhere).to_be_hidden()
    bobs.page.wait_for_timeout(1000)  # signs of a person are passed on once a second
    reply_box(bobs).press("y")
    expect(alices.page.locator("aside .typing")).to_have_text(f"{bob.name} is typing…")
    expect(alices.page.locator("main .typing")).to_be_empty()
    reply_box(bobs).fill("")
    _write_a_mention(bobs, alice)
    reply_box(bobs).fill("")
    bobs.page.locator("aside .log").press("ArrowUp")
    bobs.page.keyboard.press("q")
    expect(reply_box(bobs)).to_have_value(re.compile(r"^> Yes, at noon\n>\n> — \["))
    reply_box(bobs).fill("")
    alices.page.get_by_label("Also send to").check()
    reply(alices, "Good")
    expect(replies(bobs)).to_have_text(["Yes, at noon", "Good"])
    expect(bobs.page.locator("main .message", has_text="Good")).to_be_visible()
    expect(bobs.page.get_by_role("link", name="2 replies")).to_be_visible()

    alices.page.go_back()
    expect(reply_box(alices)).to_be_hidden()
    alices.page.go_forward()
    expect(replies(alices)).to_have_text(["Yes, at noon", "Good"])
    alices.page.get_by_role("button", name="Following").click()
    expect(alices.page.get_by_role("button", name="Follow", exact=True)).to_be_visible()
    reply_box(alices).press("Escape")
    expect(reply_box(alices)).to_be_hidden()
    expect(alices.page.locator("main .message", has_text="Lunch?")).to_be_focused()

    drop(bobs.page.locator("aside.thread .log"), text_file())
    bobs.page.get_by_role("button", name="Reply", exact=True).click()
    expect(bobs.page.locator("aside.thread .lines .file-name")).to_have_text("notes.txt")
    noon = bobs.page.locator("aside.thread .lines .message", has_text="Yes, at noon")
    bob.api.patch(f"/api/messages/{noon.get_attribute('data-id')}", json={"content": "At one"})
    bobs.page.get_by_role("button", name="(edited)").click()
    expect(bobs.page.get_by_role("dialog")).to_contain_text("First version")
    bobs.page.keyboard.press("Escape")

    alices.page.goto("/app/threads")
    expect(alices.page.get_by_text("No threads yet")).to_be_visible()
    bobs.page.goto("/app/threads")
    bobs.page.locator(".followed .where").get_by_role("link", name="Alice").click()
    expect(replies(bobs)).to_have_text(["At one", "Good", ""])


def _write_a_mention(window: Window, person: Person) -> None:
    reply_box(window).press_sequentially(f"@{person.nickname[:4]}")
    expect(
        window.page.get_by_role("listbox", name="People").get_by_role("option").first
    ).to_contain_text(person.name)
    reply_box(window).press("Enter")
    expect(reply_box(window)).to_have_value(f"@{person.nickname} ")


@pytest.mark.slow
def test_a_reply_that_was_written_offline_is_sent_later(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    question = alice.send("Lunch?", to=bob)
    address = f"/app/c/{conversation_id}/thread/{question['id']}"
    window = open_window(bob, **PHONE)
    window.page.goto(address)
    expect(window.page.locator(".who [data-presence=online]")).to_be_attached()

    window.context.set_offline(True)
    reply_box(window).fill("Yes")
    window.page.get_by_role("button", name="Reply", exact=True).click()
    expect(window.page.locator("aside.thread .waiting .body")).to_have_text("Yes")
    window.page.context.set_offline(False)
    expect(window.page.locator("aside.thread .message[data-seq] .body").last).to_have_text("Yes")
    window.page.reload()
    expect(replies(window)).to_have_text(["Yes"])


@pytest.mark.slow
def test_a_link_to_a_message_opens_it_in_its_place(
    open_window: OpenWindow, stack: Stack, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    fill(stack, conversation_id, [alice, bob], 150)
    shown = alice.api.get(f"/api/conversations/{conversation_id}/messages?before=60&limit=1")
    (linked,) = shown.json()
    elsewhere = alice.send("secret", to=alice)
    window = open_window(bob)
    marked = window.page.locator(".message.linked")

    window.page.goto(f"/app/c/{conversation_id}?at={linked['seq']}")
    expect(marked.locator(".body")).to_have_text(linked["content"])
    expect(marked).to_be_in_viewport()
    window.wait_until_live()
    window.page.keyboard.press("ArrowUp")
    window.page.keyboard.press("q")
    box = window.page.locator("main form.box textarea")
    expect(box).to_have_value(
        re.compile(rf"^> Line \d+\n>\n> — \[.*\]\({re.escape(stack.url)}/app/c/")
    )
    box.fill("")
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    marked.focus()
    marked.get_by_role("button", name="More").click()
    marked.get_by_role("menuitem", name="Copy link").click()
    copied = f"{stack.url}/app/c/{conversation_id}?at={linked['seq']}"
    window.page.wait_for_function(
        "async (link) => (await navigator.clipboard.readText()) === link", arg=copied
    )
    window.page.locator("[data-action=show-newest]").click()
    expect(window.messages("Line 149")).to_be_in_viewport()

    reply = alice.send("In the thread", to=bob, reply_to=linked["id"])
    window.page.goto(f"/app/c/{conversation_id}?at={reply['seq']}")
    expect(window.page.locator("aside.thread .linked .body")).to_have_text("In the thread")
    window.page.goto(f"/app/c/{conversation_id}?at={linked['seq']}")
    author = alice if linked["author_id"] == alice.id else bob
    author.api.delete(f"/api/messages/{linked['id']}")
    window.page.reload()
    expect(marked.locator(".body")).to_have_text("This message was deleted.")
    for path in (
        f"/app/c/{conversation_id}?at=99999",
        f"/app/c/{elsewhere['conversation_id']}?at={elsewhere['seq']}",
    ):
        answer = window.page.goto(path)
        assert answer is not None
        assert answer.status == 404
    window.complaints.clear()  # the browser reports each 404
