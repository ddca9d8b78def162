"""Votes: counted, replaced, anonymous, concurrent."""

from concurrent.futures import ThreadPoolExecutor

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.messages_service.conftest import Person
from tests.messages_service.polls.ballots import ask, counts, vote
from tests.support.examples import examples


def test_a_vote_is_an_event_with_the_new_counts(alice: Person, bob: Person, room: int) -> None:
    poll = ask(alice, room)
    seq = alice.events(room)[-1]["seq"]

    mine = vote(bob, poll, 1)

    assert counts(mine) == [0, 1]
    assert mine["my_choice_ids"] == [poll["choices"][1]["id"]]
    assert mine["voter_count"] == 1
    [voted] = alice.events(room, seq)
    assert voted["type"] == "poll.voted"
    assert counts(voted["data"]["poll"]) == [0, 1]
    assert voted["data"]["poll"]["choices"][1]["voters"] == [bob.id]
    assert voted["data"]["poll"]["message_id"] == poll["message_id"]
    assert voted["data"]["user_id"] == bob.id
    assert "my_choice_ids" not in voted["data"]["poll"]
    page = bob.get(f"/api/conversations/{room}/messages").json
    assert page[-1]["poll"] == mine
    assert alice.get(f"/api/polls/{poll['id']}").json["my_choice_ids"] == []


def test_a_vote_replaces_the_last_and_a_repeated_one_records_no_event(
    alice: Person, bob: Person, room: int
) -> None:
    poll = ask(alice, room)
    vote(bob, poll, 0)
    assert counts(vote(bob, poll, 1)) == [0, 1]
    last = alice.events(room)[-1]["seq"]

    assert counts(vote(bob, poll, 1)) == [0, 1]
    assert alice.events(room, last) == []
    assert counts(vote(bob, poll)) == [0, 0]
    assert counts(vote(bob, poll)) == [0, 0]
    assert len(alice.events(room, last)) == 1


def test_several_choices_need_a_multiple_choice_poll(alice: Person, bob: Person, room: int) -> None:
    single, several = ask(alice, room), ask(alice, room, "1", "2", "3", multiple=True)
    both = [choice["id"] for choice in single["choices"]]

    refused = bob.post(f"/api/polls/{single['id']}/votes", {"choice_ids": both})

    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "choice_ids"
    assert counts(vote(bob, several, 0, 2)) == [1, 0, 1]
    assert counts(vote(alice, several, 2, 1)) == [1, 1, 2]
    assert vote(bob, several, 1, 1)["voter_count"] == 2


def test_an_anonymous_poll_never_names_its_voters(alice: Person, bob: Person, room: int) -> None:
    poll = ask(alice, room, anonymous=True)
    mine = vote(bob, poll, 0)

    assert mine["my_choice_ids"] == [poll["choices"][0]["id"]]
    for seen in (mine, alice.get(f"/api/polls/{poll['id']}").json):
        assert counts(seen) == [1, 0]
        assert all("voters" not in choice for choice in seen["choices"])
    event = alice.events(room)[-1]
    assert "user_id" not in event["data"]
    assert all("voters" not in choice for choice in event["data"]["poll"]["choices"])


def test_a_choice_of_another_poll_is_refused(alice: Person, bob: Person, room: int) -> None:
    poll, other = ask(alice, room), ask(alice, room)
    last = alice.events(room)[-1]["seq"]
    for wrong in ([other["choices"][0]["id"]], [10**6], [0], ["x"], None, 3, list(range(1, 99))):
        answer = bob.post(f"/api/polls/{poll['id']}/votes", {"choice_ids": wrong})
        assert answer.status_code == 422, wrong
    assert alice.events(room, last) == []
    assert bob.post("/api/polls/999999/votes", {"choice_ids": []}).status_code == 404


def test_concurrent_votes_are_all_counted(
    alice: Person, bob: Person, charlie: Person, dana: Person, room: int
) -> None:
    people = (alice, bob, charlie, dana)
    for person in (charlie, dana):
        person.put(f"/api/conversations/{room}/members/{person.id}")
    poll = ask(alice, room, "1", "2", "3", "4", multiple=True)

    def cast(number: int) -> None:
        person, turn = people[number % 4], number // 4
        vote(person, poll, *(place for place in range(4) if (turn + 1) >> place & 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(cast, range(24)))
        list(pool.map(lambda person: vote(person, poll, 0, 2), people))

    final = alice.get(f"/api/polls/{poll['id']}").json
    assert counts(final) == [4, 0, 4, 0]
    assert final["voter_count"] == 4
    voted = [event for event in alice.events(room) if event["type"] == "poll.voted"]
    seqs = [event["seq"] for event in alice.events(room)]
    assert seqs == list(range(1, len(seqs) + 1))
    assert counts(voted[-1]["data"]["poll"]) == [4, 0, 4, 0]


@settings(
    max_examples=examples(15),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 1), st.sets(st.integers(0, 3))), max_size=12),
)
def test_counts_and_log_equal_the_last_votes(
    alice: Person, bob: Person, room: int, multiple: bool, votes: list[tuple[int, set[int]]]
) -> None:
    poll = ask(alice, room, "1", "2", "3", "4", multiple=multiple)
    start = alice.events(room, max(0, alice.get(f"/api/conversations/{room}").json["last_seq"] - 1))
    chosen: dict[int, set[int]] = {0: set(), 1: set()}
    changes = 0
    for who, places in votes:
        ids = [poll["choices"][place]["id"] for place in places]
        answer = (alice, bob)[who].post(f"/api/polls/{poll['id']}/votes", {"choice_ids": ids})
        if len(places) > 1 and not multiple:
            assert answer.status_code == 422
            continue
        changes += chosen[who] != places
        chosen[who] = places
        assert sorted(answer.json["my_choice_ids"]) == sorted(ids)

    expected = [sum(place in places for places in chosen.values()) for place in range(4)]
    assert counts(bob.get(f"/api/polls/{poll['id']}").json) == expected
    told = alice.events(room, start[-1]["seq"])
    assert len(told) == changes
    if told:
        assert counts(told[-1]["data"]["poll"]) == expected
