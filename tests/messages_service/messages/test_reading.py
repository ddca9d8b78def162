"""Reading: pages, the log, catching up, unread counts."""

from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, update

from messages_service.models import conversations, memberships
from servicekit.times import utcnow
from tests.messages_service.conftest import Person


def contents(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [message["content"] for message in answer.json]


def test_messages_of_other_peoples_conversations_are_not_listed(
    alice: Person, bob: Person, charlie: Person
) -> None:
    alice.send("to bob", bob)
    bob.send("to alice", alice)
    bob.send("to charlie", charlie)

    assert contents(alice.get("/api/messages")) == ["to bob", "to alice"]
    assert contents(charlie.get("/api/messages/")) == ["to charlie"]


def test_a_page_holds_the_newest_and_links_to_the_older(alice: Person, bob: Person) -> None:
    for n in range(7):
        alice.send(str(n), bob)

    newest = alice.get("/api/messages?limit=3")
    assert contents(newest) == ["4", "5", "6"]
    older = alice.get(newest.headers["Link"].split(">")[0].strip("<"))
    assert contents(older) == ["1", "2", "3"]
    oldest = alice.get(older.headers["Link"].split(">")[0].strip("<"))
    assert contents(oldest) == ["0"]
    assert "Link" not in oldest.headers


def test_direct_messages_are_listed_for_their_own_people_only(
    alice: Person, bob: Person, charlie: Person
) -> None:
    alice.send("secret", bob)
    alice.send("in a room", alice.make_room(bob))

    assert contents(bob.get(f"/api/users/{bob.id}/messages")) == ["secret"]
    assert contents(bob.get(f"/api/messages/with/{bob.id}")) == ["secret"]
    assert charlie.get(f"/api/users/{bob.id}/messages").status_code == 403


def test_messages_of_a_conversation_are_paged_by_seq(alice: Person, bob: Person) -> None:
    for n in range(1, 10):
        chat = alice.send(str(n), bob)["conversation_id"]
    path = f"/api/conversations/{chat}/messages"

    assert contents(bob.get(f"{path}?limit=2")) == ["8", "9"]
    assert contents(bob.get(f"{path}?before=8&limit=2")) == ["6", "7"]
    assert contents(bob.get(f"{path}?after=3&limit=2")) == ["4", "5"]
    assert contents(bob.get(f"{path}?around=5&limit=5")) == ["3", "4", "5", "6", "7"]
    assert contents(bob.get(f"{path}?around=5&limit=1")) == ["5"]
    assert contents(bob.get(f"{path}?around=9&limit=5")) == ["7", "8", "9"]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "before=-1", "after=99999999999999999", "around=x"]
)
def test_an_invalid_page_cursor_is_rejected(alice: Person, query: str) -> None:
    chat = alice.send("x", alice)["conversation_id"]
    assert alice.get(f"/api/conversations/{chat}/messages?{query}").status_code == 422


def test_the_log_lists_every_event_in_order_with_a_more_flag(alice: Person, bob: Person) -> None:
    chat = alice.send("1", bob)["conversation_id"]
    bob.send("2", alice)
    alice.send("3", bob)

    page = bob.get(f"/api/conversations/{chat}/events?after=0&limit=2").json
    assert [(e["seq"], e["type"], e["data"]["content"]) for e in page["events"]] == [
        (1, "message.created", "1"),
        (2, "message.created", "2"),
    ]
    assert (page["last_seq"], page["more"]) == (3, True)
    assert {event["epoch"] for event in page["events"]} == {page["epoch"]}

    rest = bob.get(f"/api/conversations/{chat}/events?after=2").json
    assert ([e["seq"] for e in rest["events"]], rest["more"]) == ([3], False)
    nothing = bob.get(f"/api/conversations/{chat}/events?after=3").json
    assert (nothing["events"], nothing["more"]) == ([], False)
    ahead = bob.get(f"/api/conversations/{chat}/events?after=99").json
    assert (ahead["events"], ahead["last_seq"], ahead["more"]) == ([], 3, False)


def test_an_edit_keeps_earlier_versions(alice: Person, bob: Person) -> None:
    message = alice.send("first", bob)
    path = f"/api/messages/{message['id']}"

    edited = alice.patch(path, {"content": "*second*"}).json
    alice.patch(path, {"content": "third"})

    assert edited["html"] == "<p><em>second</em></p>\n"
    assert edited["edited_at"] > message["date"]
    assert [v["content"] for v in bob.get(f"{path}/history").json] == ["first", "*second*"]
    assert bob.get(path).json["content"] == "third"
    types = [event["type"] for event in bob.events(message["conversation_id"])]
    assert types == ["message.created", "message.edited", "message.edited"]


def test_an_unchanged_edit_records_no_event(alice: Person, bob: Person) -> None:
    message = alice.send("same", bob)
    answer = alice.patch(f"/api/messages/{message['id']}", {"content": "same"})
    assert (answer.status_code, answer.json) == (200, message)
    assert len(bob.events(message["conversation_id"])) == 1


def test_a_deleted_message_leaves_a_mark_without_its_text(alice: Person, bob: Person) -> None:
    message = alice.send("I regret this", bob)
    path = f"/api/messages/{message['id']}"
    alice.patch(path, {"content": "and this"})
    bob.put(f"{path}/reactions/👍")

    assert alice.delete(path).status_code == 204
    gone = alice.get(path)
    assert (gone.json["content"], gone.json["html"], gone.json["reactions"]) == ("", "", [])
    assert gone.json["deleted_at"] is not None
    assert alice.delete(path).status_code == 204

    log = bob.get(f"/api/conversations/{message['conversation_id']}/events").text
    assert "regret" not in log
    assert "and this" not in log
    assert bob.get(f"{path}/history").json == []
    assert alice.patch(path, {"content": "back"}).status_code == 409
    assert bob.put(f"{path}/reactions/👍").status_code == 409


def test_only_the_author_edits_and_deletes_a_direct_message(alice: Person, bob: Person) -> None:
    path = f"/api/messages/{alice.send('mine', bob)['id']}"
    assert bob.patch(path, {"content": "yours"}).status_code == 403
    assert bob.delete(path).status_code == 403


def test_reactions_are_counted_once_per_person(alice: Person, bob: Person) -> None:
    message = alice.send("like it?", bob)
    path = f"/api/messages/{message['id']}/reactions"
    bob.put(f"{path}/👍")
    bob.put(f"{path}/👍")
    both = alice.put(f"{path}/👍").json

    assert both["reactions"] == [{"emoji": "👍", "count": 2, "user_ids": [bob.id, alice.id]}]
    assert bob.delete(f"{path}/👍").status_code == 204
    left = bob.get(f"/api/messages/{message['id']}").json
    assert left["reactions"] == [{"emoji": "👍", "count": 1, "user_ids": [alice.id]}]
    types = [event["type"] for event in bob.events(message["conversation_id"])][1:]
    assert types == ["reaction.added", "reaction.added", "reaction.removed"]


def test_replies_are_found_by_the_message_they_answer(alice: Person, bob: Person) -> None:
    question = alice.send("why?", bob)
    bob.send("because", alice, reply_to=question["id"])
    alice.send("something else", bob)

    replies = alice.get(f"/api/messages/{question['id']}/replies")
    assert contents(replies) == ["because"]


def test_a_reply_to_another_conversations_message_is_refused(
    alice: Person, bob: Person, charlie: Person
) -> None:
    elsewhere = alice.send("elsewhere", charlie)
    answer = bob.post(
        "/api/messages",
        {"content": "x", "recipient_id": alice.id, "reply_to": elsewhere["id"]},
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_unread_messages_are_counted_for_the_page_alone(
    alice: Person, bob: Person, engine: Engine
) -> None:
    for number in range(3):
        alice.send(f"hi {number}", alice.make_room(bob))
    counts: list[Any] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "count(" in statement and "messages.seq >" in statement:
            counts.append(parameters)

    event.listen(engine, "before_cursor_execute", note)
    (shown,) = bob.get("/api/conversations?limit=1").json
    event.remove(engine, "before_cursor_execute", note)

    assert shown["unread"] == 1
    (parameters,) = counts
    assert parameters[-2:] == (bob.id, shown["id"])


def test_messages_of_others_after_the_read_marker_are_unread(alice: Person, bob: Person) -> None:
    for text in ("1", "2", "3"):
        message = alice.send(text, bob)
    bob.send("4", alice)
    chat = message["conversation_id"]

    def unread(person: Person) -> int:
        count: int = person.get(f"/api/conversations/{chat}").json["unread"]
        return count

    assert (unread(alice), unread(bob)) == (1, 3)
    alice.patch(f"/api/messages/{message['id']}", {"content": "three"})
    assert (unread(alice), unread(bob)) == (1, 3)
    alice.delete(f"/api/messages/{message['id']}")
    assert unread(bob) == 2

    state = bob.put(f"/api/conversations/{chat}/read", {"seq": 1}).json
    assert state == {"conversation_id": chat, "read_seq": 1, "unread": 1}


def test_the_read_marker_only_moves_forward_and_never_past_the_end(
    alice: Person, bob: Person
) -> None:
    for text in ("1", "2", "3"):
        chat = alice.send(text, bob)["conversation_id"]
    path = f"/api/conversations/{chat}/read"

    assert bob.put(path, {"seq": 2}).json["read_seq"] == 2
    assert bob.put(path, {"seq": 1}).json["read_seq"] == 2
    assert bob.put(path, {"seq": 999}).json["read_seq"] == 3
    alice.send("4", bob)
    assert bob.get(f"/api/conversations/{chat}").json["unread"] == 1
    for wrong in (-1, "x", None, 2**70):
        assert bob.put(path, {"seq": wrong}).status_code == 422


def test_the_conversation_list_starts_with_the_latest_and_has_every_sidebar_field(
    alice: Person, bob: Person, charlie: Person
) -> None:
    room = alice.make_room(bob, name=f"garden {alice.id}", topic="Beans")
    alice.send("hello room", room)
    charlie.send("psst", alice)

    direct, of_room = alice.get("/api/conversations").json
    assert (direct["kind"], direct["name"], direct["unread"]) == ("direct", "Charlie", 1)
    assert direct["last_message"]["content"] == "psst"
    assert {member["id"] for member in direct["members"]} == {alice.id, charlie.id}
    assert (of_room["kind"], of_room["topic"], of_room["role"]) == ("room", "Beans", "owner")
    assert of_room["member_count"] == 2
    assert of_room["last_seq"] == 2
    assert bob.get("/api/conversations?kind=room").json[0]["unread"] == 1
    assert charlie.get("/api/conversations").json[0]["name"] == "Alice"


def test_a_brief_list_has_no_last_messages_and_no_members_of_rooms(
    alice: Person, bob: Person, charlie: Person
) -> None:
    alice.send("hello room", alice.make_room(bob))
    charlie.send("psst", alice)

    whole, brief = (
        alice.get("/api/conversations").json,
        alice.get("/api/conversations?brief=1").json,
    )
    assert whole[0]["last_message"]["content"] == "psst"
    left_out = {"last_message": None}
    assert brief == [whole[0] | left_out, whole[1] | left_out | {"members": []}]


def test_a_list_of_many_large_rooms_is_whole_but_names_few_members_of_the_later(
    alice: Person, bob: Person, engine: Engine
) -> None:
    rooms = [alice.make_room(bob) for _ in range(60)]
    crowd = [
        {
            "conversation_id": room,
            "user_id": 10**6 + number,
            "role": "member",
            "joined_at": utcnow(),
        }
        for room in rooms
        for number in range(58)
    ]
    with engine.begin() as connection:
        connection.execute(insert(memberships), crowd)
        connection.execute(update(conversations).values(member_count=60))

    listed = alice.get("/api/conversations").json
    assert {each["id"] for each in listed} == set(rooms)
    assert [len(each["members"]) for each in listed] == [50] * 40 + [3] * 20
    assert {each["member_count"] for each in listed} == {60}


def test_the_number_of_queries_does_not_grow_with_the_number_of_conversations(
    alice: Person, bob: Person, engine: Engine
) -> None:
    statements: list[str] = []

    def count_queries() -> int:
        statements.clear()
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert alice.get("/api/conversations").status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len([s for s in statements if s.startswith("SELECT")])

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    for _ in range(2):
        alice.send("x", alice.make_room(bob))
    few = count_queries()
    for _ in range(10):
        alice.send("x", alice.make_room(bob))
    assert count_queries() <= few <= 7


def test_sync_returns_missed_events_of_many_conversations(
    alice: Person, bob: Person, charlie: Person
) -> None:
    one = alice.send("1", bob)["conversation_id"]
    for text in ("a", "b", "c"):
        other = charlie.send(text, bob)["conversation_id"]
    foreign = alice.send("not for bob", charlie)["conversation_id"]

    answer = bob.post("/api/sync", {"cursors": {str(one): 1, str(other): 1, str(foreign): 0}}).json
    assert set(answer["conversations"]) == {str(one), str(other)}
    assert answer["conversations"][str(one)] == {"events": [], "last_seq": 1, "more": False}
    missed = answer["conversations"][str(other)]
    assert [event["data"]["content"] for event in missed["events"]] == ["b", "c"]
    assert answer["epoch"]


def test_sync_shares_its_limit_between_conversations(alice: Person, bob: Person) -> None:
    rooms = [alice.make_room(bob) for _ in range(3)]
    for room in rooms:
        for n in range(5):
            alice.send(str(n), room)

    cursors = {str(room): 1 for room in rooms}
    seen: dict[str, list[int]] = {str(room): [] for room in rooms}
    for _ in range(10):
        answer = bob.post("/api/sync", {"cursors": cursors, "limit": 4}).json["conversations"]
        assert sum(len(page["events"]) for page in answer.values()) <= 4
        for key, page in answer.items():
            seen[key] += [event["seq"] for event in page["events"]]
            cursors[key] = seen[key][-1] if seen[key] else cursors[key]
        if not any(page["more"] for page in answer.values()):
            break
    assert all(seqs == [2, 3, 4, 5, 6] for seqs in seen.values())


@pytest.mark.parametrize("cursors", [{"x": 1}, {"0": 1}, {"1": -1}, {"1": "x"}, [], None, {"": 1}])
def test_sync_rejects_invalid_cursors(alice: Person, cursors: object) -> None:
    assert alice.post("/api/sync", {"cursors": cursors}).status_code == 422


def test_conversations_are_paged_by_their_activity(alice: Person) -> None:
    first, second, third = (alice.make_room() for _ in range(3))
    alice.send("hello", first)

    def listed(query: str) -> list[int]:
        answer = alice.get(f"/api/conversations?kind=room&limit=2{query}")
        return [conversation["id"] for conversation in answer.json]

    assert listed("") == [first, third]
    assert listed(f"&before={third}") == [second]
    assert listed(f"&after={third}") == [first]
