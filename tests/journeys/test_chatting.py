"""Two people, two browsers, one conversation."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet
from tests.journeys.windows import PHONE
from tests.support.cast import Person
from tests.support.stack import Stack


def test_two_people_see_each_others_messages_typing_edits_and_deletions_live(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    hers, his = open_window(alice), open_window(bob)
    hers.open(conversation_id)
    his.open(conversation_id)
    hers.say("Are you there?")
    expect(his.messages("Are you there?")).to_be_visible()
    his.page.locator("main textarea").press_sequentially("Yes, **here**")
    expect(hers.page.locator(".typing")).to_have_text("Bob is typing…")
    his.page.keyboard.press("Enter")
    expect(hers.messages("Yes, here").locator("strong")).to_have_text("here")
    expect(hers.page.locator(".typing")).to_be_empty()

    hers.say("Soup at sevn")
    expect(his.messages("Soup at sevn")).to_be_visible()
    texts = ["Hello Bob", "Are you there?", "Yes, here", "Soup at sevn"]
    assert hers.texts() == his.texts() == texts
    hers.messages("Soup at sevn").hover()
    hers.page.get_by_role("button", name="Edit (E)").click()
    hers.page.get_by_label("Edit the message").fill("Soup at seven")
    hers.page.keyboard.press("Enter")
    expect(his.messages("Soup at seven")).to_contain_text("(edited)")
    hers.messages("Soup at seven").hover()
    hers.page.get_by_role("button", name="Delete (Del)").click()
    hers.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(his.messages("This message was deleted.")).to_be_visible()
    expect(his.messages("Soup at seven")).to_have_count(0)


def test_messages_are_sent_over_the_open_socket_and_show_once(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    window = open_window(alice)
    posted: list[str] = []
    window.page.on(
        "request", lambda request: posted.append(request.url) if request.method == "POST" else None
    )
    window.open(meet(alice, bob))
    for number in range(5):
        window.say(f"Message {number}")
    expect(window.page.locator(".message.waiting")).to_have_count(0)
    assert window.texts() == ["Hello Bob", *(f"Message {number}" for number in range(5))]
    assert not [url for url in posted if url.endswith("/api/messages")]


def test_a_first_message_starts_the_conversation_on_both_sides(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    hers, his = open_window(alice), open_window(bob, **PHONE)  # a phone shows no empty list
    his.open_home()
    hers.page.goto(f"/app/u/{bob.id}")
    hers.wait_until_live()
    greeting = hers.page.get_by_text("Say hello.")
    expect(greeting).to_be_visible()
    hers.say("May I ask you something?")
    hers.page.wait_for_url("**/app/c/*")
    expect(hers.messages("May I ask you something?")).to_have_count(1)
    expect(greeting).to_be_hidden()
    entry = his.page.locator(".lists").get_by_role("link", name="Alice")
    expect(entry).to_contain_text("1 unread")
    entry.click()
    expect(his.messages("May I ask you something?")).to_be_visible()
    expect(entry.locator(".count")).to_be_hidden()


def test_presence_is_shown_and_updated(open_window: OpenWindow, alice: Person, bob: Person) -> None:
    conversation_id = meet(alice, bob)
    hers, his = open_window(alice), open_window(bob)
    hers.open(conversation_id)
    his.open(conversation_id)
    bobs_mark = hers.page.locator(f".side [data-user='{bob.id}']")
    expect(bobs_mark).to_have_attribute("data-presence", "online")
    his.page.goto("/settings")
    expect(bobs_mark).to_have_attribute("data-presence", "offline")


@pytest.mark.slow
def test_strangers_online_are_shown_online(
    open_window: OpenWindow, alice: Person, bob: Person, charlie: Person
) -> None:
    """Presence is not pushed without a shared conversation."""
    hers, his = open_window(alice), open_window(bob)
    his.open_home()
    hers.page.goto(f"/app/find?q={bob.nickname}")
    expect(hers.page.locator(f"main [data-user='{bob.id}']")).to_have_attribute(
        "data-presence", "online"
    )
    hers.page.goto(f"/app/find?q={charlie.nickname}")
    expect(hers.page.locator(f"main [data-user='{charlie.id}']")).to_have_attribute(
        "data-presence", "offline"
    )


def test_everything_can_be_done_by_keyboard(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    window = open_window(alice)
    window.open(meet(alice, bob))
    window.say("Tipo")
    expect(window.page.locator(".message.waiting")).to_have_count(0)
    window.page.keyboard.press("ArrowUp")
    expect(window.page.get_by_label("Edit the message")).to_have_value("Tipo")
    window.page.keyboard.press("ControlOrMeta+a")
    window.page.keyboard.type("Typo")
    window.page.keyboard.press("Enter")
    expect(window.messages("Typo")).to_contain_text("(edited)")
    box = window.page.get_by_label("Message Bob")
    expect(box).to_be_focused()
    window.page.keyboard.press("ArrowUp")
    expect(window.page.get_by_label("Edit the message")).to_have_value("Typo")
    window.page.keyboard.press("Escape")
    window.page.keyboard.type("yes we see it")
    expect(box).to_have_value("yes we see it")
    window.page.get_by_role("log").focus()
    window.page.keyboard.press("ArrowUp")
    expect(window.messages("Typo")).to_be_focused()
    window.page.keyboard.press("ArrowUp")
    expect(window.messages("Hello Bob")).to_be_focused()
    window.messages("Hello Bob").get_by_role("link", name="Alice").focus()
    window.page.keyboard.press("ArrowUp")
    expect(window.messages("Hello Bob")).to_be_focused()
    window.page.keyboard.press("ArrowDown")
    window.page.keyboard.press("e")
    expect(window.page.get_by_label("Edit the message")).to_be_focused()
    window.page.keyboard.press("Escape")
    expect(window.messages("Typo")).to_be_focused()
    window.page.keyboard.type(", every one")
    expect(box).to_have_value("yes we see it, every one")
    window.page.get_by_role("log").focus()
    window.page.keyboard.press("ArrowUp")
    window.page.keyboard.press("Delete")
    window.page.keyboard.press("Tab")
    window.page.keyboard.press("Enter")
    expect(window.messages("This message was deleted.")).to_be_visible()
    window.page.keyboard.press("ControlOrMeta+k")
    expect(window.page.get_by_role("combobox")).to_be_focused()


@pytest.mark.slow
def test_a_mention_is_highlighted_for_the_mentioned_person(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    hers, his = open_window(alice), open_window(bob)
    hers.open(conversation_id)
    his.open(conversation_id)
    hers.say(f"Ask @{bob.nickname} about it")
    expect(his.page.locator(".message.mentions-me")).to_contain_text(f"@{bob.nickname}")
    expect(hers.page.locator(".message.mentions-me")).to_have_count(0)
    his.page.reload()
    expect(his.page.locator(".message.mentions-me")).to_have_count(1)


def test_markup_in_messages_is_never_run(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    window = open_window(alice, bypass_csp=True)
    window.open(conversation_id)
    attacks = [
        "<img src=x onerror=\"document.title='pwned'\">",
        "<script>document.title='pwned'</script>",
        "[link](javascript:document.title='pwned')",
        "<svg onload=document.title='pwned'>",
    ]
    for attack in attacks:
        window.say(attack)
        bob.send(attack, to=alice)
    bob.send("the end", to=alice)
    for _ in ("drawn by the script", "drawn by the server"):
        expect(window.messages("the end")).to_be_visible()
        expect(window.messages("onerror")).to_have_count(2)
        assert "pwned" not in window.page.title()
        links = window.page.locator(".message a").evaluate_all(
            "links => links.map(a => a.protocol)"
        )
        assert "javascript:" not in links
        window.page.reload()


def test_without_scripts_the_pages_work_as_pages(
    open_window: OpenWindow, alice: Person, bob: Person, stack: Stack
) -> None:
    conversation_id = meet(alice, bob)
    window = open_window(alice, java_script_enabled=False)
    window.page.goto(f"/app/c/{conversation_id}")
    window.page.get_by_label("Message Bob").fill("Sent by a plain form")
    window.page.get_by_role("button", name="Send").click()
    expect(window.messages("Sent by a plain form")).to_be_visible()
    window.page.get_by_role("link", name="Find or jump").click()
    window.page.get_by_role("searchbox").fill(bob.nickname)
    window.page.get_by_role("button", name="Search").click()
    window.page.get_by_role("link", name="Message Bob").click()
    expect(window.messages("Sent by a plain form")).to_be_visible()
    assert window.page.url == f"{stack.url}/app/c/{conversation_id}"


def test_early_text_is_kept_and_sent_when_the_scripts_run(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    window = open_window(alice)
    page, box = window.page, window.page.locator("main form.box textarea")
    path = f"/app/c/{meet(alice, bob)}"
    held: list[Route] = []
    page.route("**/js/main.js*", lambda route: held.append(route))

    with page.expect_request("**/js/main.js*"):
        Page.goto(page, path, wait_until="domcontentloaded")  # that of `window` waits for scripts
    window.say("An early word")
    expect(box).to_have_value("An early word")
    held.pop().continue_()
    expect(window.messages("An early word")).to_be_visible()
    expect(box).to_have_value("")

    with page.expect_request("**/js/main.js*"):
        Page.goto(page, path, wait_until="domcontentloaded")  # that of `window` waits for scripts
    box.fill("Half a sen")
    held.pop().continue_()
    expect(page.locator("html.live")).to_have_count(1)
    expect(box).to_have_value("Half a sen")
