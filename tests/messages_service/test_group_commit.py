"""Messages that arrive during a commit share the next one, each with its own outcome."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from messages_service.group_commit import GroupCommit
from tests.messages_service.conftest import Person
from tests.support.waiting import wait_until


class Storage:
    """Stores squares once `gate` is open, and notes what came together."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.batches: list[list[int]] = []

    def store(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        assert self.gate.wait(10)
        if 13 in items:
            raise OSError("no room")
        return [item * item for item in items]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(20) as running:
        yield running


def come(
    pool: ThreadPoolExecutor, group: "GroupCommit[int, int]", storage: Storage, items: Sequence[int]
) -> list["Future[int]"]:
    """The first item is being stored, and the others wait in any order."""
    first = pool.submit(group.add, items[0], storage.store)
    wait_until(lambda: len(storage.batches) == 1)
    others = [pool.submit(group.add, item, storage.store) for item in items[1:]]
    wait_until(lambda: len(group) == len(others))
    return [first, *others]


def test_items_added_during_a_commit_share_the_next(pool: ThreadPoolExecutor) -> None:
    group, storage = GroupCommit[int, int](), Storage()
    coming = come(pool, group, storage, [1, 2, 3, 4, 5])
    storage.gate.set()
    assert [future.result(10) for future in coming] == [1, 4, 9, 16, 25]
    assert [sorted(batch) for batch in storage.batches] == [[1], [2, 3, 4, 5]]


def test_a_storage_error_reaches_exactly_the_callers_of_its_batch(
    pool: ThreadPoolExecutor,
) -> None:
    group, storage = GroupCommit[int, int](), Storage()
    coming = come(pool, group, storage, [1, 13, 3])
    storage.gate.set()
    assert coming[0].result(10) == 1
    for future in coming[1:]:
        with pytest.raises(OSError, match="no room"):
            future.result(10)
    assert group.add(4, storage.store) == 16


def test_a_steady_stream_of_callers_is_served(pool: ThreadPoolExecutor) -> None:
    group, storage = GroupCommit[int, int](), Storage()
    storage.gate.set()
    numbers = [n for n in range(1000) if n != 13]
    coming = [pool.submit(group.add, number, storage.store) for number in numbers]
    assert [future.result(10) for future in coming] == [n * n for n in numbers]
    assert sorted(item for batch in storage.batches for item in batch) == numbers


def test_a_rejected_message_does_not_affect_others_in_its_batch(
    app: object, alice: Person, bob: Person, charlie: Person, pool: ThreadPoolExecutor
) -> None:
    chat = alice.send("0", bob)["conversation_id"]
    body = {"conversation_id": chat, "client_id": "same"}
    calls = [(alice, body | {"content": "again"})] * 6
    calls += [(charlie, {"conversation_id": chat, "content": "let me in"})] * 3
    calls += [(bob, {"conversation_id": chat, "content": str(n)}) for n in range(1, 8)]
    answers = list(pool.map(lambda call: call[0].post("/api/messages", call[1]), calls))
    assert sorted(answer.status_code for answer in answers[:6]) == [200] * 5 + [201]
    assert len({answer.json["id"] for answer in answers[:6]}) == 1
    assert {answer.status_code for answer in answers[6:9]} == {404}
    assert {answer.status_code for answer in answers[9:]} == {201}
    events = alice.get(f"/api/conversations/{chat}/events?after=0").json
    assert [event["seq"] for event in events["events"]] == list(range(1, 10))
