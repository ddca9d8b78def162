"""Networks go and come back, tabs reload, services restart: nothing is lost or doubled."""

from collections import Counter

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet
from tests.support.cast import Person
from tests.support.stack import Stack

pytestmark = pytest.mark.slow


def test_an_offline_client_catches_up_without_loss_or_duplicates(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    hers, his = open_window(alice), open_window(bob)
    hers.open(conversation_id)
    his.open(conversation_id)
    his.context.set_offline(True)
    expect(his.page.get_by_role("status")).to_contain_text("Offline")
    for number in range(3):
        hers.say(f"While you were away {number}")
    his.say("Written under way")
    expect(his.messages("Written under way")).to_contain_text("Waiting for the network")
    expect(hers.page.locator(".message.waiting")).to_have_count(0)
    his.context.set_offline(False)
    expect(his.page.get_by_role("status")).to_have_text("Back; 3 new messages")
    expect(hers.messages("Written under way")).to_be_visible()
    expect(his.page.locator(".message.waiting")).to_have_count(0)
    assert his.texts() == hers.texts()
    assert set(Counter(his.texts()).values()) == {1}
    assert len(his.texts()) == 5


def test_a_conversation_chosen_offline_opens_on_reconnect(
    open_window: OpenWindow, alice: Person, bob: Person, charlie: Person
) -> None:
    conversation_id, other_id = meet(alice, bob), meet(charlie, bob)
    his = open_window(bob)
    his.open(conversation_id)
    his.context.set_offline(True)
    status = his.page.get_by_role("status").first
    expect(status).to_contain_text("Offline")
    his.page.locator(".lists").get_by_role("link", name="Charlie").click()
    expect(status).to_contain_text("Cannot be opened while offline")
    his.page.get_by_role("link", name="Settings").click()
    his.say("Still here")
    expect(his.messages("Still here")).to_contain_text("Waiting for the network")
    his.context.set_offline(False)
    his.page.wait_for_url(f"**/app/c/{other_id}")
    expect(his.page.get_by_role("heading", level=1)).to_have_text("Charlie")
    his.page.locator(".lists").get_by_role("link", name="Alice").click()
    expect(his.messages("Still here")).to_have_count(1)


def test_more_than_a_page_of_missed_messages_is_loaded(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    his = open_window(bob)
    his.open(conversation_id)
    his.context.set_offline(True)
    expect(his.page.get_by_role("status")).to_contain_text("Offline")
    sent = [alice.send(f"No. {number}", to=bob)["content"] for number in range(55)]
    his.context.set_offline(False)
    expect(his.messages("No. 54")).to_be_visible()
    assert his.texts() == ["Hello Bob", *sent]


def test_an_offline_message_survives_a_reload_and_is_sent_once(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    hers, his = open_window(alice), open_window(bob)
    his.break_sockets_on_sending()
    hers.open(conversation_id)
    his.open(conversation_id)

    def refuse(route: Route) -> None:
        route.abort()

    his.page.route("**/api/messages", refuse)
    his.say("Kept over the reload")
    expect(his.messages("Kept over the reload")).to_contain_text("Waiting for the network")
    his.page.reload()
    expect(his.messages("Kept over the reload")).to_contain_text("Waiting for the network")
    his.page.unroute("**/api/messages", refuse)
    expect(hers.messages("Kept over the reload")).to_have_count(1)
    his.page.reload()
    his.wait_until_live()
    expect(his.messages("Kept over the reload")).to_have_count(1)
    expect(his.page.locator(".message.waiting")).to_have_count(0)
    expect(hers.messages("Kept over the reload")).to_have_count(1)


def test_a_lost_response_does_not_duplicate_the_message(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    his = open_window(bob)
    his.break_sockets_on_sending()
    his.open(conversation_id)
    lost: list[int] = []

    def lose_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    his.page.route("**/api/messages", lose_first_answer)
    his.say("Stored, but nobody told me")
    expect(his.page.locator(".message.waiting")).to_have_count(0)
    assert lost == [201]
    his.page.reload()
    expect(his.messages("Stored, but nobody told me")).to_have_count(1)
    stored = alice.api.get(f"/api/conversations/{conversation_id}/messages").json()
    assert [m["content"] for m in stored].count("Stored, but nobody told me") == 1


def test_a_refused_message_shows_the_reason_and_can_be_retried_or_discarded(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    window = open_window(alice)
    window.break_sockets_on_sending()
    window.open(meet(alice, bob))

    def refuse(route: Route) -> None:
        problem = '{"type": "urn:parley:problem:archived", "detail": "This room is closed."}'
        route.fulfill(status=409, content_type="application/problem+json", body=problem)

    window.page.route("**/api/messages", refuse)
    window.say("First try")
    expect(window.messages("First try")).to_contain_text("Not sent: This room is closed.")
    window.page.reload()
    expect(window.messages("First try")).to_contain_text("Not sent: This room is closed.")
    window.page.unroute("**/api/messages", refuse)
    window.page.get_by_role("button", name="Try again").click()
    expect(window.page.locator(".message.waiting")).to_have_count(0)
    expect(window.messages("First try")).to_have_count(1)
    window.page.route("**/api/messages", refuse)
    window.say("Second thoughts")
    window.page.get_by_role("button", name="Discard").click()
    expect(window.messages("Second thoughts")).to_have_count(0)
    expect(window.page.get_by_label("Message Bob")).to_have_value("Second thoughts")
    window.complaints.clear()  # the refusals above


def test_clients_reconnect_after_realtime_service_was_killed(
    open_window: OpenWindow, alice: Person, bob: Person, stack: Stack
) -> None:
    conversation_id = meet(alice, bob)
    his = open_window(bob)
    his.open(conversation_id)
    stack.kill_service("realtime_service")
    try:
        expect(his.page.get_by_role("status")).to_have_text("Reconnecting…")
        alice.send("Sent meanwhile", to=bob)
        his.say("Mine too")
        expect(his.page.locator(".message.waiting")).to_have_count(0)
    finally:
        stack.start_service("realtime_service")
    expect(his.messages("Sent meanwhile")).to_be_visible(timeout=30_000)
    assert his.texts() == ["Hello Bob", "Sent meanwhile", "Mine too"]


def test_messages_wait_while_messages_service_is_down(
    open_window: OpenWindow, alice: Person, bob: Person, stack: Stack
) -> None:
    conversation_id = meet(alice, bob)
    his = open_window(bob)
    his.open(conversation_id)
    stack.kill_service("messages_service")
    try:
        his.say("Patience")
        expect(his.messages("Patience")).to_contain_text("Waiting for the server")
        visitor = open_window(alice)
        visitor.page.goto(f"/app/c/{conversation_id}")
        expect(visitor.page.get_by_role("heading", level=1)).to_have_text(
            "Part of Parley is unavailable"
        )
        expect(visitor.page.get_by_role("link", name="Try again")).to_be_visible()
    finally:
        stack.start_service("messages_service")
    expect(his.page.locator(".message.waiting")).to_have_count(0, timeout=30_000)
    assert his.texts() == ["Hello Bob", "Patience"]


def test_a_draft_is_kept_for_each_conversation(
    open_window: OpenWindow, alice: Person, bob: Person, charlie: Person
) -> None:
    window = open_window(alice)
    window.open(meet(alice, bob))
    window.page.get_by_label("Message Bob").fill("Half a thought")
    window.page.goto(f"/app/u/{charlie.id}")
    expect(window.page.get_by_label("Message Charlie")).to_have_value("")
    window.page.goto(f"/app/u/{bob.id}")
    expect(window.page.get_by_label("Message Bob")).to_have_value("Half a thought")
