"""Many at once: no hole, no double, no error."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.messages_service.conftest import Person, SignUp


def test_concurrent_writers_leave_no_hole_in_the_log(alice: Person, sign_up: SignUp) -> None:
    people = [sign_up("bob") for _ in range(6)]
    room = alice.make_room(*people)
    start = alice.get(f"/api/conversations/{room}").json["last_seq"]
    for person in people:
        person.get("/api/conversations")

    def write(n: int) -> int:
        seq: int = people[n % 6].send(f"{n}", room)["seq"]
        return seq

    with ThreadPoolExecutor(6) as pool:
        seqs = list(pool.map(write, range(60)))

    assert sorted(seqs) == list(range(start + 1, start + 61))
    assert [event["seq"] for event in alice.events(room, start)] == sorted(seqs)


def test_concurrent_edits_reactions_and_messages_leave_no_hole_in_the_log(
    alice: Person, bob: Person
) -> None:
    room = alice.make_room(bob)
    message = alice.send("0", room)
    bob.get("/api/conversations")
    path = f"/api/messages/{message['id']}"

    def act(n: int) -> int:
        if n % 4 == 0:
            return alice.patch(path, {"content": f"edit {n}"}).status_code
        if n % 4 == 1:
            return bob.put(f"{path}/reactions/👍").status_code
        if n % 4 == 2:
            return bob.delete(f"{path}/reactions/👍").status_code
        return bob.post("/api/messages", {"content": str(n), "conversation_id": room}).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = Counter(pool.map(act, range(40)))
    assert statuses == {200: 20, 201: 10, 204: 10}
    seqs = [event["seq"] for event in alice.events(room)]
    assert seqs == list(range(1, len(seqs) + 1))
    assert len(alice.get(f"{path}/history").json) == 10


def test_concurrent_joins_make_one_member(alice: Person, bob: Person) -> None:
    room = alice.make_room()
    bob.get("/api/conversations")
    path = f"/api/conversations/{room}/members/{bob.id}"
    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(
            answer.status_code for answer in pool.map(lambda _: bob.put(path), range(6))
        )
    assert statuses == [200] * 5 + [201]
    assert alice.get(f"/api/conversations/{room}").json["member_count"] == 2
    assert [event["type"] for event in alice.events(room)] == ["member.joined"]


def test_no_message_is_stored_after_its_author_left(alice: Person, bob: Person) -> None:
    room = alice.make_room(bob)
    bob.get("/api/conversations")

    def act(n: int) -> int:
        if n == 10:
            return alice.delete(f"/api/conversations/{room}/members/{bob.id}").status_code
        return bob.post("/api/messages", {"content": str(n), "conversation_id": room}).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = Counter(pool.map(act, range(30)))
    assert statuses[204] == 1
    assert statuses.total() == statuses[201] + statuses[204] + statuses[403]
    assert act(30) == 403
    types = [event["type"] for event in alice.events(room)]
    stored = types.index("member.left") - types.index("member.joined") - 1
    assert types[-1] == "member.left"
    assert types.count("message.created") == stored == statuses[201]


def test_concurrent_rooms_of_one_name_create_one_room(alice: Person, bob: Person) -> None:
    bob.get("/api/conversations")
    body = {"kind": "room", "name": f"race {alice.id}", "visibility": "public"}
    with ThreadPoolExecutor(6) as pool:
        answers = list(
            pool.map(lambda n: [alice, bob][n % 2].post("/api/conversations", body), range(6))
        )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5


def test_concurrent_read_markers_end_at_the_highest(alice: Person, bob: Person) -> None:
    for n in range(20):
        chat = alice.send(str(n), bob)["conversation_id"]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: bob.put(f"/api/conversations/{chat}/read", {"seq": n}), range(21)))
    assert bob.get(f"/api/conversations/{chat}").json["read_seq"] == 20
