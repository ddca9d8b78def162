"""The list of a person's conversations."""

from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, insert, update

from messages_service.models import conversations, memberships
from messages_service.prepared import Prepared
from servicekit.times import utcnow
from tests.messages_service.conftest import Person


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
    alice: Person, bob: Person, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[str] = []
    run_prepared = Prepared._execute

    def note_prepared(statement: Prepared, connection: Connection, values: Any) -> Any:
        statements.append(statement.bound(connection.dialect, values)[0])
        return run_prepared(statement, connection, values)

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

    monkeypatch.setattr(Prepared, "_execute", note_prepared)
    for _ in range(2):
        alice.send("x", alice.make_room(bob))
    few = count_queries()
    for _ in range(10):
        alice.send("x", alice.make_room(bob))
    assert count_queries() <= few <= 7


def test_conversations_are_paged_by_their_activity(alice: Person) -> None:
    first, second, third = (alice.make_room() for _ in range(3))
    alice.send("hello", first)

    def listed(query: str) -> list[int]:
        answer = alice.get(f"/api/conversations?kind=room&limit=2{query}")
        return [conversation["id"] for conversation in answer.json]

    assert listed("") == [first, third]
    assert listed(f"&before={third}") == [second]
    assert listed(f"&after={third}") == [first]
