"""Online, away, offline and typing, right with several tabs, several processes, and after
a crash.
"""

import time
from collections.abc import Callable

from tests.realtime_service.conftest import Realtime
from tests.realtime_service.ears import Ear
from tests.support.cast import Person
from tests.support.waiting import wait_until

Listen = Callable[..., Ear]


def sees(ear: Ear, person: Person, status: str, timeout: float = 10) -> None:
    wait_until(lambda: ear.presence_of(person) == status, timeout, what=f"{status} is seen")


def test_a_new_tab_gets_the_list_of_people_online(
    alice: Person, bob: Person, listen: Listen
) -> None:
    listen(bob)
    sees(listen(alice), bob, "online")


def test_connecting_and_disconnecting_change_presence(
    alice: Person, bob: Person, url: str, listen: Listen
) -> None:
    ear = listen(alice)
    with Ear.of(url, bob):
        sees(ear, bob, "online")
    sees(ear, bob, "offline")


def test_strangers_receive_no_presence(
    alice: Person, bob: Person, charlie: Person, listen: Listen
) -> None:
    stranger, friend = listen(charlie), listen(alice)
    listen(bob)
    sees(friend, bob, "online")
    assert stranger.presence_of(bob) is None
    assert stranger.presence_of(alice) is None


def test_strangers_may_query_presence(
    bob: Person, charlie: Person, dana: Person, listen: Listen
) -> None:
    listen(bob)
    stranger = listen(charlie)
    answer = stranger.call("presence", {"user_ids": [bob.id, dana.id, charlie.id]})
    statuses = {str(bob.id): "online", str(dana.id): "offline", str(charlie.id): "online"}
    assert answer == {"ok": True, "statuses": statuses}


def test_a_presence_query_has_a_limit(charlie: Person, listen: Listen) -> None:
    ear = listen(charlie)
    for wrong in (None, 7, ["1"], [True], list(range(201)), {"1": 1}):
        answer = ear.call("presence", {"user_ids": wrong})
        assert answer["problem"]["status"] == 422, wrong


def test_a_person_is_online_while_any_tab_is_connected(
    alice: Person, bob: Person, url: str, listen: Listen
) -> None:
    ear = listen(alice)
    with Ear.of(url, bob) as one:
        with Ear.of(url, bob) as other:
            sees(ear, bob, "online")
            other.client.emit("presence", {"status": "away"})
            time.sleep(0.7)
            assert ear.presence_of(bob) == "online"
            one.client.emit("presence", {"status": "away"})
            sees(ear, bob, "away")
            other.client.emit("presence", {"status": "online"})
            sees(ear, bob, "online")
        sees(ear, bob, "away")
    sees(ear, bob, "offline")


def test_a_page_reload_does_not_change_presence(
    alice: Person, bob: Person, url: str, listen: Listen
) -> None:
    ear = listen(alice)
    for _ in range(3):
        with Ear.of(url, bob):
            sees(ear, bob, "online")
    with Ear.of(url, bob):
        time.sleep(4)
        told = [p["status"] for p in ear.all("presence") if p["user_id"] == bob.id]
        assert set(told) == {"online"}


def test_tabs_on_two_processes_count_as_one_person(
    alice: Person, bob: Person, listen: Listen, start_realtime: Callable[..., Realtime]
) -> None:
    other = start_realtime()
    ear = listen(alice)
    with Ear.of(other.url, bob) as there:
        sees(ear, bob, "online")
        here = listen(bob)
        there.client.emit("presence", {"status": "away"})
        time.sleep(1)
        assert ear.presence_of(bob) == "online"
        here.client.disconnect()
        sees(ear, bob, "away")
    sees(ear, bob, "offline")


def test_presence_includes_people_of_other_processes(
    alice: Person, bob: Person, listen: Listen, start_realtime: Callable[..., Realtime]
) -> None:
    listen(bob)
    sees(listen(alice, at=start_realtime().url), bob, "online")


def test_people_of_a_killed_process_go_offline_soon(
    alice: Person, bob: Person, listen: Listen, start_realtime: Callable[..., Realtime]
) -> None:
    other = start_realtime()
    ear = listen(alice)
    lost = Ear.of(other.url, bob)
    sees(ear, bob, "online")
    other.process.kill()
    sees(ear, bob, "offline", 30)
    lost.client.disconnect()


def test_people_of_a_stopped_process_go_offline_at_once(
    alice: Person, bob: Person, listen: Listen, start_realtime: Callable[..., Realtime]
) -> None:
    other = start_realtime()
    ear = listen(alice)
    lost = Ear.of(other.url, bob)
    sees(ear, bob, "online")
    other.process.stop()
    sees(ear, bob, "offline", 8)
    lost.client.disconnect()


def test_typing_is_sent_to_other_members_only(
    alice: Person, bob: Person, charlie: Person, listen: Listen
) -> None:
    writer, second_tab, reader, stranger = (
        listen(alice),
        listen(alice),
        listen(bob),
        listen(charlie),
    )
    conversation_id = int(next(iter(reader.wait_for_notice("ready")["conversations"])))
    writer.client.emit("typing", {"conversation_id": conversation_id})
    assert reader.wait_for("typing") == {"conversation_id": conversation_id, "user_id": alice.id}
    for ear in (writer, second_tab, stranger):
        assert not ear.all("typing")


def test_typing_in_a_conversation_of_others_is_not_passed_on(
    alice: Person, bob: Person, charlie: Person, listen: Listen
) -> None:
    reader, stranger = listen(bob), listen(charlie)
    conversation_id = int(next(iter(reader.wait_for_notice("ready")["conversations"])))
    stranger.client.emit("typing", {"conversation_id": conversation_id})
    stranger.say("nowhere", "a round trip")
    time.sleep(0.5)
    assert not reader.all("typing")


def test_typing_is_passed_on_once_a_second(alice: Person, bob: Person, listen: Listen) -> None:
    writer, reader = listen(alice), listen(bob)
    conversation_id = int(next(iter(reader.wait_for_notice("ready")["conversations"])))
    for _ in range(20):
        writer.client.emit("typing", {"conversation_id": conversation_id})
    reader.wait_for("typing")
    time.sleep(0.5)
    assert len(reader.all("typing")) == 1


def test_typing_crosses_processes(
    alice: Person, bob: Person, listen: Listen, start_realtime: Callable[..., Realtime]
) -> None:
    writer, reader = listen(alice, at=start_realtime().url), listen(bob)
    conversation_id = int(next(iter(reader.wait_for_notice("ready")["conversations"])))
    writer.client.emit("typing", {"conversation_id": conversation_id})
    assert reader.wait_for("typing")["user_id"] == alice.id
