"""Mentions in messages, and the list of those that mention me."""

from typing import Any

from sqlalchemy import Engine, event

from tests.messages_service.conftest import Person, SignUp


def mentioned(person: Person, query: str = "") -> list[str]:
    answer = person.get(f"/api/mentions{query}")
    assert answer.status_code == 200, answer.text
    return [message["content"] for message in answer.json]


def unread(person: Person, conversation_id: int) -> tuple[int, int]:
    shown = person.get(f"/api/conversations/{conversation_id}").json
    return shown["unread"], shown["unread_mentions"]


def test_a_mention_is_in_the_message_its_event_and_the_list(alice: Person, bob: Person) -> None:
    room = alice.make_room(bob)
    alice.send("nobody", room)
    message = alice.send(f"@{bob.nickname} and @room", room)

    assert message["mentions"] == {"user_ids": [bob.id], "everyone": "room"}
    assert alice.get(f"/api/messages/{message['id']}").json == message
    assert bob.events(room)[-1]["data"] == message
    assert bob.get("/api/mentions").json == [message]
    assert mentioned(alice) == []
    assert unread(bob, room) == (2, 1)
    (listed,) = bob.get("/api/conversations").json
    assert listed["unread_mentions"] == 1
    bob.put(f"/api/conversations/{room}/read", {"seq": message["seq"]})
    assert unread(bob, room) == (0, 0)


def test_an_edit_changes_the_mentioned_people(alice: Person, bob: Person, charlie: Person) -> None:
    room = alice.make_room(bob, charlie)
    message = alice.send(f"@{bob.nickname}", room)
    path = f"/api/messages/{message['id']}"

    edited = alice.patch(path, {"content": f"@{charlie.nickname} @here"}).json

    assert edited["mentions"] == {"user_ids": [charlie.id], "everyone": "here"}
    assert alice.events(room)[-1]["data"]["mentions"] == edited["mentions"]
    alice.patch(path, {"content": f"only @{charlie.nickname}"})
    assert (mentioned(bob), len(mentioned(charlie))) == ([], 1)
    assert (unread(bob, room)[1], unread(charlie, room)[1]) == (0, 1)


def test_a_deleted_message_mentions_nobody(alice: Person, bob: Person) -> None:
    room = alice.make_room(bob)
    message = alice.send(f"@{bob.nickname} @here", room)
    assert alice.delete(f"/api/messages/{message['id']}").status_code == 204
    assert mentioned(bob) == []
    assert unread(bob, room) == (0, 0)
    shown = bob.get(f"/api/messages/{message['id']}").json
    assert shown["mentions"] == {"user_ids": [], "everyone": None}


def test_groups_and_direct_conversations_have_mentions_too(
    alice: Person, bob: Person, charlie: Person
) -> None:
    group = {"kind": "group", "member_ids": [bob.id, charlie.id]}
    group_id = alice.post("/api/conversations", group).json["id"]
    alice.send("@room in the group", group_id)
    alice.send(f"@{bob.nickname} directly", bob)
    assert mentioned(bob) == ["@room in the group", f"@{bob.nickname} directly"]
    assert mentioned(charlie) == ["@room in the group"]


def test_only_messages_that_the_person_may_read_are_listed(
    alice: Person, bob: Person, charlie: Person
) -> None:
    charlie.send("I am here", bob)
    room = alice.make_room(bob, visibility="private")
    alice.send("@room before charlie came", room)
    alice.send(f"@{charlie.nickname} will come", room)
    assert mentioned(charlie) == []

    alice.put(f"/api/conversations/{room}/members/{charlie.id}")
    alice.send("@room welcome", room)
    assert mentioned(charlie) == [f"@{charlie.nickname} will come", "@room welcome"]
    assert unread(charlie, room) == (1, 1)

    charlie.delete(f"/api/conversations/{room}/members/{charlie.id}")
    assert mentioned(charlie) == []


def test_a_deactivated_person_is_not_mentioned(
    alice: Person, bob: Person, parts: Any, app: Any
) -> None:
    alice.send("hello", bob)
    with app.app_context():
        profile = {"id": bob.id, "name": bob.name, "nickname": bob.nickname, "active": False}
        parts.profiles.update(profile)
        parts.db.session.commit()
    room = alice.make_room()
    sent = alice.send(f"@{bob.nickname}", room)
    assert sent["mentions"]["user_ids"] == []
    assert sent["html"] == f"<p>@{bob.nickname}</p>\n"


def test_the_list_is_paged_newest_first(alice: Person, bob: Person) -> None:
    rooms = [alice.make_room(bob) for _ in range(2)]
    texts = [f"{number} @{bob.nickname} @room" for number in range(5)]
    sent = [alice.send(text, rooms[number % 2]) for number, text in enumerate(texts)]

    answer = bob.get("/api/mentions?limit=2")
    assert [message["content"] for message in answer.json] == texts[3:]
    assert f"before={sent[3]['id']}" in answer.headers["Link"]
    assert mentioned(bob, f"?limit=2&before={sent[3]['id']}") == texts[1:3]
    assert mentioned(bob, f"?limit=2&after={sent[0]['id']}") == texts[1:3]
    assert "Link" not in bob.get("/api/mentions?limit=5").headers


def test_a_private_room_is_no_link(alice: Person, bob: Person) -> None:
    public, private = alice.make_room(bob), alice.make_room(bob, visibility="private")
    names = [alice.get(f"/api/conversations/{room}").json["name"] for room in (public, private)]
    sent = alice.send(f"#{names[0]} and #{names[1]}", bob)
    assert f'href="/app/c/{public}"' in sent["html"]
    assert f"/app/c/{private}" not in sent["html"]


def test_a_mention_costs_no_further_query_for_a_page(
    alice: Person, bob: Person, engine: Engine
) -> None:
    plain, full = alice.make_room(bob), alice.make_room(bob)
    for _ in range(3):
        alice.send("hello", plain)
        alice.send(f"@{bob.nickname} @room", full)

    def statements(path: str) -> int:
        count: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            count.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        assert bob.get(path).status_code == 200
        event.remove(engine, "before_cursor_execute", note)
        return len(count)

    bob.get(f"/api/conversations/{plain}/messages")
    pages = [statements(f"/api/conversations/{room}/messages") for room in (plain, full)]
    assert pages[0] == pages[1]


def test_an_anonymous_caller_has_no_mentions(sign_up: SignUp) -> None:
    alice = sign_up("alice")
    assert alice.client.get("/api/mentions").status_code == 401
