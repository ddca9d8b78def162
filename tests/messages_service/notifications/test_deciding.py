"""Reading the log: who gets a notice of what, once, and what it says."""

import threading

from sqlalchemy import insert

from messages_service.notifications import positions
from messages_service.notifications.models import notification_positions
from tests.messages_service.conftest import Person
from tests.messages_service.notifications.conftest import MakeTurns, Turns


def test_members_get_a_notice_of_a_message_and_its_author_does_not(
    alice: Person, bob: Person, charlie: Person, turns: Turns
) -> None:
    room = alice.make_room(bob, charlie)
    charlie.patch(f"/api/conversations/{room}/me", {"notify": "all"})
    message = alice.send(f"*Hello* @{bob.nickname} ||secret||", room)
    turns.decide()

    to_bob, to_charlie = turns.notices()
    assert (to_bob["user_ids"], to_charlie["user_ids"]) == ([bob.id], [charlie.id])
    assert (to_bob["reason"], to_charlie["reason"]) == ("mention", "message")
    assert to_bob["message_id"] == message["id"]
    assert to_bob["body"] == f"Hello @{bob.nickname} ▒▒▒"
    assert to_bob["title"].startswith("Alice (# room ")
    assert to_bob["url"] == f"/app/c/{room}?at={message['seq']}"
    turns.decide()
    assert len(turns.notices()) == 2, "nobody is notified twice"


def test_people_who_left_muted_or_read_get_no_notice(
    alice: Person, bob: Person, charlie: Person, dana: Person, turns: Turns
) -> None:
    room = alice.make_room(bob, charlie, dana)
    message = alice.send("Hello @room", room)
    bob.put(f"/api/conversations/{room}/read", {"seq": message["seq"]})
    charlie.patch(f"/api/conversations/{room}/me", {"notify": "nothing"})
    assert dana.delete(f"/api/conversations/{room}/members/{dana.id}").status_code == 204
    turns.decide()

    assert turns.notices() == []


def test_a_blocked_author_does_not_notify_the_blocker(
    alice: Person, bob: Person, turns: Turns
) -> None:
    room = alice.make_room(bob)
    bob.put(f"/api/blocks/{alice.id}")
    alice.send(f"@{bob.nickname}", room)
    turns.decide()

    assert turns.notices() == []


def test_messages_that_arrive_together_make_one_notice_of_the_most_personal_one(
    alice: Person, bob: Person, turns: Turns
) -> None:
    room = alice.make_room(bob)
    mention = alice.send(f"@{bob.nickname}", room)
    for word in ("and", "so", "on"):
        alice.send(word, room)
    turns.decide()

    (notice,) = turns.notices()
    assert (notice["message_id"], notice["reason"]) == (mention["id"], "mention")


def test_followers_of_a_thread_get_a_notice_of_a_reply_and_read_it_there(
    alice: Person, bob: Person, charlie: Person, turns: Turns
) -> None:
    room = alice.make_room(bob, charlie)
    first = alice.send("Lunch?", room)
    turns.decide()
    reply = bob.send("Yes", room, reply_to=first["id"])
    turns.decide()

    notice = turns.notices()[-1]
    assert (notice["user_ids"], notice["reason"]) == ([alice.id], "reply")
    assert notice["tag"] == f"thread-{first['id']}"
    assert notice["url"] == f"/app/c/{room}/thread/{first['id']}?at={reply['seq']}"


def test_two_processes_notify_once(alice: Person, bob: Person, make_turns: MakeTurns) -> None:
    for word in ("one", "two", "three"):
        alice.send(f"{word} @{bob.nickname}", alice.make_room(bob))
    processes = [make_turns() for _ in range(4)]
    threads = [threading.Thread(target=each.decide) for each in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(processes[0].notices()) == 3


def test_log_entries_without_messages_move_the_position(
    alice: Person, bob: Person, turns: Turns
) -> None:
    room = alice.make_room(bob)
    turns.decide()
    assert positions.conversations_behind(turns.engine) == {}
    alice.patch(f"/api/conversations/{room}", {"topic": "Tea"})
    assert list(positions.conversations_behind(turns.engine)) == [room]
    turns.decide()

    assert positions.conversations_behind(turns.engine) == {}


def test_a_position_that_another_process_has_moved_stays(
    alice: Person, bob: Person, turns: Turns
) -> None:
    room = alice.make_room(bob)
    with turns.engine.begin() as connection:
        connection.execute(insert(notification_positions), {"conversation_id": room, "seq": 9})

    with turns.engine.begin() as connection:
        assert not positions.move(connection, room, None, 10)
        assert not positions.move(connection, room, 8, 10)
        assert positions.move(connection, room, 9, 10)
