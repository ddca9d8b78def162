"""An opened conversation is what the list, the messages and the drafts say one by one."""

from tests.messages_service.conftest import Person


def test_an_opened_conversation_has_the_list_the_newest_messages_and_my_draft(
    alice: Person, bob: Person
) -> None:
    chat = alice.send("one", bob)["conversation_id"]
    alice.make_room(bob)
    for text in ("two", "three"):
        bob.send(text, alice)
    alice.put(f"/api/conversations/{chat}/draft", {"content": "fou"})

    opened = alice.get(f"/api/conversations/{chat}/opened?limit=2")
    assert opened.status_code == 200, opened.text
    listed = alice.get("/api/conversations?brief=true")
    assert opened.json["conversations"] == listed.json
    assert opened.json["conversation"] == alice.get(f"/api/conversations/{chat}").json
    newest = alice.get(f"/api/conversations/{chat}/messages?limit=2").json
    assert opened.json["messages"] == newest
    assert opened.json["more"] is True
    assert [opened.json["draft"]] == alice.get("/api/drafts").json
    assert opened.json["epoch"] == listed.headers["X-Epoch"]
    assert opened.json["blocked_ids"] == []

    alice.put(f"/api/blocks/{bob.id}")
    whole = alice.get(f"/api/conversations/{chat}/opened").json
    assert len(whole["messages"]) == 3
    assert whole["more"] is False
    assert whole["blocked_ids"] == [bob.id]


def test_an_opened_room_has_its_members_though_the_list_has_them_not(
    alice: Person, bob: Person
) -> None:
    room = alice.make_room(bob)
    opened = alice.get(f"/api/conversations/{room}/opened").json
    assert opened["conversation"] == alice.get(f"/api/conversations/{room}").json
    assert {member["id"] for member in opened["conversation"]["members"]} == {alice.id, bob.id}
    assert opened["conversation"]["last_message"] is None
    others = alice.get(f"/api/conversations/{alice.send('Hi', bob)['conversation_id']}/opened").json
    [listed] = [each for each in others["conversations"] if each["id"] == room]
    assert listed["members"] == []


def test_a_stranger_sees_a_public_room_without_its_messages(alice: Person, bob: Person) -> None:
    room = alice.make_room()
    alice.send("for members", room)
    opened = bob.get(f"/api/conversations/{room}/opened").json
    assert opened["conversation"] == bob.get(f"/api/conversations/{room}").json
    assert opened["messages"] == []
    assert opened["draft"] is None
    assert opened["conversations"] == []


def test_an_opened_room_has_the_noted_events_among_its_newest_messages(
    alice: Person, bob: Person, charlie: Person
) -> None:
    room = alice.make_room(bob)
    first = alice.send("one", room)["id"]
    alice.put(f"/api/conversations/{room}/members/{charlie.id}")
    alice.put(f"/api/messages/{first}/reactions/👍")
    bob.send("two", room)
    log = alice.get(f"/api/conversations/{room}/events?limit=200").json["events"]
    noted = [event for event in log if event["type"] == "member.joined"]
    assert charlie.id in [event["data"]["user"]["id"] for event in noted]

    assert alice.get(f"/api/conversations/{room}/opened").json["events"] == noted
    assert alice.get(f"/api/conversations/{room}/opened?limit=1").json["events"] == []
    chat = alice.send("Hi", bob)["conversation_id"]
    assert alice.get(f"/api/conversations/{chat}/opened").json["events"] == []
