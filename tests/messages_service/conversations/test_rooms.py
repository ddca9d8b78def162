"""Rooms and groups: make, browse, join, leave, invite, remove, rename, archive."""

import pytest

from tests.messages_service.conftest import Person


def unique(person: Person, name: str) -> str:
    return f"{name} {person.id}"


def test_a_public_room_is_found_by_browsing_and_joined(alice: Person, bob: Person) -> None:
    room = alice.make_room(name=unique(alice, "Garten"), topic="Bohnen")

    found = bob.get(f"/api/conversations?browse=1&q=GARTEN {alice.id}").json
    assert [(r["id"], r["joined"], r["last_message"]) for r in found] == [(room, False, None)]
    assert bob.get(f"/api/conversations/{room}").json["joined"] is False
    assert bob.get(f"/api/conversations/{room}/messages").status_code == 403
    assert bob.post("/api/messages", {"content": "x", "conversation_id": room}).status_code == 403

    joined = bob.put(f"/api/conversations/{room}/members/{bob.id}")
    assert (joined.status_code, joined.json["joined"], joined.json["role"]) == (201, True, "member")
    assert bob.put(f"/api/conversations/{room}/members/{bob.id}").status_code == 200
    assert bob.send("here I am", room)["recipient_id"] is None


def test_a_private_room_looks_missing_to_non_members(alice: Person, bob: Person) -> None:
    room = alice.make_room(visibility="private", name=unique(alice, "plot"))
    message = alice.send("the plan", room)

    for method, path, body in (
        ("GET", f"/api/conversations/{room}", None),
        ("GET", f"/api/conversations/{room}/messages", None),
        ("GET", f"/api/conversations/{room}/events", None),
        ("GET", f"/api/conversations/{room}/members", None),
        ("PUT", f"/api/conversations/{room}/members/{bob.id}", None),
        ("DELETE", f"/api/conversations/{room}/members/{bob.id}", None),
        ("PUT", f"/api/conversations/{room}/read", {"seq": 1}),
        ("PATCH", f"/api/conversations/{room}", {"topic": "mine"}),
        ("DELETE", f"/api/conversations/{room}", None),
        ("POST", "/api/messages", {"content": "x", "conversation_id": room}),
        ("GET", f"/api/messages/{message['id']}", None),
        ("PATCH", f"/api/messages/{message['id']}", {"content": "x"}),
        ("DELETE", f"/api/messages/{message['id']}", None),
        ("GET", f"/api/messages/{message['id']}/history", None),
        ("PUT", f"/api/messages/{message['id']}/reactions/👍", None),
    ):
        answer = bob.call(method, path, body)
        assert answer.status_code == 404, (method, path, answer.text)
        absent = bob.call(
            method, path.replace(str(room), "999999").replace(str(message["id"]), "999999"),
            body if body is None or "conversation_id" not in body
            else {**body, "conversation_id": 999999},
        )  # fmt: skip
        assert absent.json["detail"] == answer.json["detail"], (method, path)
    assert bob.get(f"/api/conversations?browse=1&q=plot {alice.id}").json == []


def test_a_name_conflict_reveals_nothing_about_the_other_room(alice: Person, bob: Person) -> None:
    """Names are unique, so a conflict shows that a room exists, but not which one."""
    refusals = []
    for visibility in ("private", "public"):
        alice.make_room(name=unique(alice, visibility), visibility=visibility, topic="secret")
        body = {"kind": "room", "name": unique(alice, visibility)}
        refused = bob.post("/api/conversations", body).json
        assert refused["type"] == "urn:parley:problem:name-taken"
        refusals.append({**refused, "request_id": None})
    assert refusals[0] == refusals[1]


def test_a_member_adds_others_to_a_private_room(
    alice: Person, bob: Person, charlie: Person
) -> None:
    room = alice.make_room(bob, visibility="private")
    assert bob.put(f"/api/conversations/{room}/members/{charlie.id}").status_code == 201

    event = charlie.events(room)[-1]
    assert event["type"] == "member.joined"
    assert (event["data"]["user_id"], event["data"]["by_id"]) == (charlie.id, bob.id)
    assert event["data"]["user"]["nickname"] == charlie.nickname
    assert charlie.get(f"/api/conversations/{room}").json["unread"] == 0


def test_unknown_people_cannot_be_added(alice: Person) -> None:
    room = alice.make_room()
    for user_id in (999_999, 2**31 - 1):
        assert alice.put(f"/api/conversations/{room}/members/{user_id}").status_code == 404
    assert alice.put(f"/api/conversations/{room}/members/{2**40}").status_code == 404
    assert alice.put(f"/api/conversations/{room}/members/bob").status_code == 404


def test_a_removed_member_can_neither_read_nor_write(alice: Person, bob: Person) -> None:
    room = alice.make_room(bob, visibility="private")
    message = bob.send("I was here", room)
    assert alice.delete(f"/api/conversations/{room}/members/{bob.id}").status_code == 204

    assert bob.get(f"/api/conversations/{room}/events").status_code == 404
    assert bob.get(f"/api/messages/{message['id']}").status_code == 404
    assert bob.get("/api/messages").json == []
    assert bob.post("/api/sync", {"cursors": {str(room): 0}}).json["conversations"] == {}
    assert bob.post("/api/messages", {"content": "x", "conversation_id": room}).status_code == 404
    assert bob.patch(f"/api/messages/{message['id']}", {"content": "x"}).status_code == 404
    event = alice.events(room)[-1]
    assert (event["type"], event["data"]["user_id"], event["data"]["by_id"]) == (
        "member.left", bob.id, alice.id,
    )  # fmt: skip


def test_members_may_leave_but_not_remove_others(
    alice: Person, bob: Person, charlie: Person
) -> None:
    room = alice.make_room(bob, charlie)
    assert bob.delete(f"/api/conversations/{room}/members/{charlie.id}").status_code == 403
    assert bob.delete(f"/api/conversations/{room}/members/{alice.id}").status_code == 403
    assert bob.delete(f"/api/conversations/{room}/members/{bob.id}").status_code == 204
    assert bob.delete(f"/api/conversations/{room}/members/{bob.id}").status_code == 403
    members = alice.get(f"/api/conversations/{room}/members").json
    assert [(m["id"], m["role"]) for m in members] == [(alice.id, "owner"), (charlie.id, "member")]


def test_a_moderator_renames_and_removes_but_does_not_archive(
    alice: Person, bob: Person, charlie: Person
) -> None:
    room = alice.make_room(bob, charlie)
    message = charlie.send("spam", room)
    member = f"/api/conversations/{room}/members/{bob.id}"
    assert bob.patch(member, {"role": "moderator"}).status_code == 403
    assert alice.patch(member, {"role": "moderator"}).json["id"] == room

    new_name = unique(bob, "renamed")
    assert bob.patch(f"/api/conversations/{room}", {"name": new_name}).json["name"] == new_name
    assert bob.patch(f"/api/conversations/{room}", {"archived": True}).status_code == 403
    assert bob.delete(f"/api/messages/{message['id']}").status_code == 204
    assert bob.delete(f"/api/conversations/{room}/members/{alice.id}").status_code == 403
    assert bob.delete(f"/api/conversations/{room}/members/{charlie.id}").status_code == 204


def test_the_next_in_rank_inherits_the_room_of_a_leaving_owner(
    alice: Person, bob: Person, charlie: Person
) -> None:
    room = alice.make_room(bob, charlie)
    alice.patch(f"/api/conversations/{room}/members/{charlie.id}", {"role": "moderator"})
    last_owner = alice.patch(f"/api/conversations/{room}/members/{alice.id}", {"role": "member"})
    assert last_owner.status_code == 409

    alice.delete(f"/api/conversations/{room}/members/{alice.id}")
    assert charlie.get(f"/api/conversations/{room}").json["role"] == "owner"
    assert [e["type"] for e in bob.events(room)][-2:] == ["member.left", "member.changed"]


def test_joining_an_empty_room_makes_you_its_owner(alice: Person, bob: Person) -> None:
    room = alice.make_room()
    alice.delete(f"/api/conversations/{room}/members/{alice.id}")
    bob.put(f"/api/conversations/{room}/members/{bob.id}")
    assert bob.get(f"/api/conversations/{room}").json["role"] == "owner"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("General", "gENERAL"),
        ("general", "gеnеrаl"),  # Cyrillic letters
        ("general", "ｇｅｎｅｒａｌ"),
        ("two words", "two  words"),
        ("straße", "STRASSE"),
        ("café", "cafe\u0301"),
        ("lll", "III"),
        ("team 10", "team lO"),
        ("Новости", "новости"),
        ("ニュース", "ﾆｭｰｽ"),
    ],
)
def test_an_existing_or_confusable_room_name_is_rejected(
    alice: Person, first: str, second: str
) -> None:
    alice.make_room(name=unique(alice, first))
    answer = alice.post(
        "/api/conversations",
        {"kind": "room", "name": unique(alice, second), "visibility": "public"},
    )
    assert answer.status_code == 409
    assert answer.json["type"] == "urn:parley:problem:name-taken"


@pytest.mark.parametrize(
    "name", ["Küche", "Новости", "ニュース", "أخبار", "समाचार", "소식", "新闻 📰"]
)
def test_room_names_may_be_in_any_script(alice: Person, name: str) -> None:
    room = alice.make_room(name=unique(alice, name))
    assert alice.get(f"/api/conversations/{room}").json["name"] == unique(alice, name)


@pytest.mark.parametrize(
    "name",
    ["", "   ", "x" * 81, "a\nb", "a\x00b", "a\u202eb", "\u200b", "---", 5, None, "a\u200bb"],
)
def test_an_invalid_room_name_is_rejected(alice: Person, name: object) -> None:
    answer = alice.post("/api/conversations", {"kind": "room", "name": name})
    assert answer.status_code == 422


def test_renaming_to_an_existing_name_is_rejected(alice: Person) -> None:
    alice.make_room(name=unique(alice, "one"))
    two = alice.make_room(name=unique(alice, "two"))
    taken = alice.patch(f"/api/conversations/{two}", {"name": unique(alice, "ONE")})
    assert taken.status_code == 409
    same = alice.patch(f"/api/conversations/{two}", {"name": unique(alice, "TWO")})
    assert same.json["name"] == unique(alice, "TWO")


def test_any_member_sets_the_topic_and_all_see_it_in_the_log(alice: Person, bob: Person) -> None:
    room = alice.make_room(bob)
    assert bob.patch(f"/api/conversations/{room}", {"topic": "Beans"}).json["topic"] == "Beans"
    before = len(alice.events(room))
    assert bob.patch(f"/api/conversations/{room}", {"topic": "Beans"}).status_code == 200

    event = alice.events(room)[-1]
    assert event["type"] == "conversation.updated"
    assert event["data"]["conversation"]["topic"] == "Beans"
    assert len(alice.events(room)) == before
    assert bob.patch(f"/api/conversations/{room}", {"name": "x y z"}).status_code == 403


def test_an_archived_room_is_read_only_until_restored(
    alice: Person, bob: Person, charlie: Person
) -> None:
    room = alice.make_room(bob)
    body = {"content": "before", "conversation_id": room, "client_id": f"archive-{room}"}
    message = bob.post("/api/messages", body).json
    assert alice.delete(f"/api/conversations/{room}").status_code == 204
    assert alice.get(f"/api/conversations/{room}").json["archived"] is True

    assert bob.post("/api/messages", {"content": "x", "conversation_id": room}).status_code == 409
    assert bob.post("/api/messages", body).status_code == 200
    assert bob.patch(f"/api/messages/{message['id']}", {"content": "y"}).status_code == 409
    assert charlie.put(f"/api/conversations/{room}/members/{charlie.id}").status_code == 409
    assert alice.patch(f"/api/conversations/{room}", {"topic": "y"}).status_code == 409
    assert bob.get(f"/api/conversations/{room}/messages").json == [message]
    assert alice.patch(f"/api/conversations/{room}", {"archived": False}).status_code == 200
    assert bob.send("again", room)["content"] == "again"


def test_a_group_is_visible_to_its_members_only(
    alice: Person, bob: Person, charlie: Person, dana: Person
) -> None:
    made = alice.post("/api/conversations", {"kind": "group", "member_ids": [bob.id, charlie.id]})
    assert made.status_code == 201
    group = made.json
    assert (group["visibility"], group["name"]) == ("private", "Bob, Charlie")
    assert bob.get(f"/api/conversations/{group['id']}").json["name"] == "Alice, Charlie"
    assert dana.get(f"/api/conversations/{group['id']}").status_code == 404
    assert bob.send("hi all", group["id"])["seq"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "group"},
        {"kind": "group", "member_ids": []},
        {"kind": "group", "member_ids": [999_999]},
        {"kind": "group", "member_ids": list(range(1, 60))},
        {"kind": "group", "member_ids": "me"},
        {"kind": "room"},
        {"kind": "club", "name": "x"},
        {"kind": "room", "name": "x", "visibility": "secret"},
        {"kind": "room", "name": "x", "topic": "y" * 501},
        {"kind": "direct"},
        {},
    ],
)
def test_an_invalid_kind_of_conversation_is_rejected(alice: Person, body: object) -> None:
    assert alice.post("/api/conversations", body).status_code == 422


def test_a_group_of_one_person_is_rejected(alice: Person) -> None:
    answer = alice.post("/api/conversations", {"kind": "group", "member_ids": [alice.id]})
    assert answer.status_code == 422


def test_a_direct_conversation_is_opened_once_and_never_changed(alice: Person, bob: Person) -> None:
    body = {"kind": "direct", "member_ids": [bob.id]}
    first, again = alice.post("/api/conversations", body), alice.post("/api/conversations", body)
    assert (first.status_code, again.status_code) == (201, 200)
    chat = f"/api/conversations/{first.json['id']}"
    assert first.json["id"] == again.json["id"] == bob.send("hi", alice)["conversation_id"]
    assert alice.patch(chat, {"topic": "x"}).status_code == 409
    assert alice.delete(chat).status_code == 409
    assert alice.delete(f"{chat}/members/{bob.id}").status_code == 409


def test_a_message_of_one_room_is_not_found_under_another(alice: Person, bob: Person) -> None:
    one, other = alice.make_room(bob), alice.make_room()
    hidden = alice.send("hidden", other)
    answer = bob.get(f"/api/conversations/{one}/messages?around={hidden['seq']}")
    assert hidden["id"] not in [message["id"] for message in answer.json]
    assert bob.get(f"/api/messages/{hidden['id']}").status_code == 404
