"""The log over HTTP: pages of events, and catching up with many conversations."""

import pytest

from tests.messages_service.conftest import Person


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
