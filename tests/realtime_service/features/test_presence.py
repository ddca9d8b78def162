"""Online, away, offline and typing, right with several tabs, several processes, and after
a crash.
"""

import time
from collections.abc import Callable

import pytest

from tests.realtime_service.conftest import OpenTab, Realtime
from tests.support.cast import Person
from tests.support.sockets import Tab
from tests.support.waiting import wait_until


def sees(tab: Tab, person: Person, status: str, timeout: float = 10) -> None:
    wait_until(lambda: tab.presence_of(person) == status, timeout, what=f"{status} is seen")


def statuses(tab: Tab, person: Person) -> list[str]:
    """All that the tab has received, in order."""
    return [change["status"] for change in tab.all("presence") if change["user_id"] == person.id]


def receive_all(tab: Tab) -> None:
    """Returns when everything that was sent to the tab before has arrived."""
    assert tab.call("presence", {"user_ids": []})["ok"]


def test_a_new_tab_gets_the_list_of_people_online(
    alice: Person, bob: Person, open_tab: OpenTab
) -> None:
    open_tab(bob)
    tab = open_tab(alice)
    sees(tab, bob, "online")
    assert statuses(tab, bob) == ["online"]


def test_connecting_and_disconnecting_change_presence(
    alice: Person, bob: Person, url: str, open_tab: OpenTab
) -> None:
    tab = open_tab(alice)
    with Tab.of(url, bob):
        sees(tab, bob, "online")
    sees(tab, bob, "offline")
    assert statuses(tab, bob) == ["online", "offline"]


def test_strangers_receive_no_presence(
    alice: Person, bob: Person, charlie: Person, open_tab: OpenTab
) -> None:
    stranger, friend = open_tab(charlie), open_tab(alice)
    open_tab(bob)
    sees(friend, bob, "online")
    receive_all(stranger)
    assert stranger.presence_of(bob) is None
    assert stranger.presence_of(alice) is None


def test_strangers_may_query_presence(
    bob: Person, charlie: Person, dana: Person, open_tab: OpenTab
) -> None:
    open_tab(bob)
    stranger = open_tab(charlie)
    answer = stranger.call("presence", {"user_ids": [bob.id, dana.id, charlie.id]})
    statuses = {str(bob.id): "online", str(dana.id): "offline", str(charlie.id): "online"}
    assert answer == {"ok": True, "statuses": statuses}


def test_a_presence_query_has_a_limit(charlie: Person, open_tab: OpenTab) -> None:
    tab = open_tab(charlie)
    for wrong in (None, 7, ["1"], [True], list(range(201)), {"1": 1}):
        answer = tab.call("presence", {"user_ids": wrong})
        assert answer["problem"]["status"] == 422, wrong


def test_do_not_disturb_in_one_tab_counts_for_the_person(
    alice: Person, bob: Person, url: str, open_tab: OpenTab
) -> None:
    tab = open_tab(alice)
    with Tab.of(url, bob) as one, Tab.of(url, bob):
        sees(tab, bob, "online")
        one.client.emit("presence", {"status": "dnd"})
        sees(tab, bob, "dnd")
        assert statuses(tab, bob) == ["online", "dnd"]


def test_a_person_is_online_while_any_tab_is_connected(
    alice: Person, bob: Person, url: str, open_tab: OpenTab
) -> None:
    tab = open_tab(alice)
    with Tab.of(url, bob) as one:
        with Tab.of(url, bob) as other:
            sees(tab, bob, "online")
            other.client.emit("presence", {"status": "away"})
            known = other.call("presence", {"user_ids": [bob.id]})
            assert known["statuses"] == {str(bob.id): "online"}
            one.client.emit("presence", {"status": "away"})
            sees(tab, bob, "away")
            other.client.emit("presence", {"status": "online"})
            sees(tab, bob, "online")
        sees(tab, bob, "away")
    sees(tab, bob, "offline")
    assert statuses(tab, bob) == ["online", "away", "online", "away", "offline"]


def test_a_page_reload_does_not_change_presence(
    alice: Person, bob: Person, url: str, open_tab: OpenTab
) -> None:
    tab = open_tab(alice)
    for _ in range(3):
        with Tab.of(url, bob):
            sees(tab, bob, "online")
    with Tab.of(url, bob):
        time.sleep(4)
        assert set(statuses(tab, bob)) == {"online"}


@pytest.mark.slow
def test_tabs_on_two_processes_count_as_one_person(
    alice: Person, bob: Person, open_tab: OpenTab, second_realtime: Realtime
) -> None:
    tab = open_tab(alice)
    with Tab.of(second_realtime.url, bob) as there:
        sees(tab, bob, "online")
        here = open_tab(bob)
        there.client.emit("presence", {"status": "away"})
        time.sleep(1)
        assert tab.presence_of(bob) == "online"
        here.client.disconnect()
        sees(tab, bob, "away")
    sees(tab, bob, "offline")


def test_presence_includes_people_of_other_processes(
    alice: Person, bob: Person, open_tab: OpenTab, second_realtime: Realtime
) -> None:
    open_tab(bob)
    tab = open_tab(alice, at=second_realtime.url)
    sees(tab, bob, "online")
    assert statuses(tab, bob) == ["online"]


@pytest.mark.slow
def test_people_of_a_killed_process_go_offline_soon(
    alice: Person, bob: Person, open_tab: OpenTab, start_realtime: Callable[..., Realtime]
) -> None:
    other = start_realtime()
    tab = open_tab(alice)
    lost = Tab.of(other.url, bob)
    sees(tab, bob, "online")
    other.process.kill()
    sees(tab, bob, "offline", 30)
    lost.client.disconnect()


@pytest.mark.slow
def test_people_of_a_stopped_process_go_offline_at_once(
    alice: Person, bob: Person, open_tab: OpenTab, start_realtime: Callable[..., Realtime]
) -> None:
    other = start_realtime()
    tab = open_tab(alice)
    lost = Tab.of(other.url, bob)
    sees(tab, bob, "online")
    other.process.stop()
    sees(tab, bob, "offline", 8)
    lost.client.disconnect()


def test_typing_is_sent_to_other_members_only(
    alice: Person, bob: Person, charlie: Person, open_tab: OpenTab
) -> None:
    writer, second_tab, reader, stranger = (
        open_tab(alice),
        open_tab(alice),
        open_tab(bob),
        open_tab(charlie),
    )
    conversation_id = int(next(iter(reader.wait_for_notice("ready")["conversations"])))
    writer.client.emit("typing", {"conversation_id": conversation_id})
    assert reader.wait_for("typing") == {"conversation_id": conversation_id, "user_id": alice.id}
    for tab in (writer, second_tab, stranger):
        receive_all(tab)
        assert not tab.all("typing")


def test_typing_in_a_conversation_of_others_is_not_passed_on(
    alice: Person, bob: Person, charlie: Person, open_tab: OpenTab
) -> None:
    reader, stranger = open_tab(bob), open_tab(charlie)
    conversation_id = int(next(iter(reader.wait_for_notice("ready")["conversations"])))
    stranger.client.emit("typing", {"conversation_id": conversation_id})
    receive_all(stranger)  # so that the server has handled it
    receive_all(reader)
    assert not reader.all("typing")


def test_typing_in_a_thread_names_the_thread(alice: Person, bob: Person, open_tab: OpenTab) -> None:
    writer, reader = open_tab(alice), open_tab(bob)
    conversation_id = int(next(iter(reader.wait_for_notice("ready")["conversations"])))
    for thread_id in (7, "all", -1):
        writer.client.emit("typing", {"conversation_id": conversation_id, "thread_id": thread_id})
    wait_until(lambda: len(reader.all("typing")) == 2, 10, what="both signs")
    assert [sign.get("thread_id") for sign in reader.all("typing")] == [7, None]


def test_typing_is_passed_on_once_a_second(alice: Person, bob: Person, open_tab: OpenTab) -> None:
    writer, reader = open_tab(alice), open_tab(bob)
    conversation_id = int(next(iter(reader.wait_for_notice("ready")["conversations"])))
    for _ in range(20):
        writer.client.emit("typing", {"conversation_id": conversation_id})
    reader.wait_for("typing")
    receive_all(writer)  # so that the server has handled all of them
    receive_all(reader)
    assert len(reader.all("typing")) == 1


def test_typing_crosses_processes(
    alice: Person, bob: Person, open_tab: OpenTab, second_realtime: Realtime
) -> None:
    writer, reader = open_tab(alice, at=second_realtime.url), open_tab(bob)
    conversation_id = int(next(iter(reader.wait_for_notice("ready")["conversations"])))
    writer.client.emit("typing", {"conversation_id": conversation_id})
    assert reader.wait_for("typing") == {"conversation_id": conversation_id, "user_id": alice.id}
