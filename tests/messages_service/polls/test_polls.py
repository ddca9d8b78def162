"""Polls: asked in a conversation, counted live on every screen, closed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask_openapi3.openapi import OpenAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, update

from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.polls.actions import close_due_polls, close_poll
from messages_service.polls.models import poll_choices, poll_votes, polls
from servicekit.times import isoformat, utcnow
from servicekit.web.errors import Forbidden
from tests.messages_service.conftest import Person, parts_of
from tests.messages_service.polls.ballots import ask, counts, vote
from tests.support.examples import examples


def close_due(app: OpenAPI) -> None:
    with app.app_context():
        close_due_polls(parts_of(app))


@pytest.fixture
def room(alice: Person, bob: Person) -> int:
    return alice.make_room(bob)


def test_a_poll_is_a_message_that_every_member_sees(
    alice: Person, bob: Person, charlie: Person, room: int
) -> None:
    poll = ask(alice, room, "Here", "There", "Nowhere")

    assert [(c["choice"], c["votes"], c["voters"]) for c in poll["choices"]] == [
        ("Here", 0, []), ("There", 0, []), ("Nowhere", 0, []),
    ]  # fmt: skip
    assert poll["author_id"] == alice.id
    assert poll["my_choice_ids"] == []
    assert not poll["closed"]
    assert not poll["multiple"]
    assert not poll["anonymous"]
    message = bob.get(f"/api/messages/{poll['message_id']}").json
    assert message["content"] == "Where?"
    assert message["poll"] == poll
    created = bob.events(room)[-1]
    assert (created["type"], created["seq"]) == ("message.created", message["seq"])
    shared = {name: value for name, value in poll.items() if name != "my_choice_ids"}
    assert created["data"]["poll"] == shared
    assert bob.get(f"/api/conversations/{room}").json["unread"] == 1
    for call in ("get", "delete"):
        assert getattr(charlie, call)(f"/api/messages/{poll['message_id']}").status_code == 404
    assert charlie.get(f"/api/polls/{poll['id']}").status_code == 404
    assert charlie.post(f"/api/polls/{poll['id']}/votes", {"choice_ids": []}).status_code == 404
    assert charlie.post(f"/api/polls/{poll['id']}/close", None).status_code == 404


def test_polls_are_a_collection(alice: Person, bob: Person, charlie: Person, room: int) -> None:
    elsewhere = alice.make_room(charlie)
    made = [ask(alice, room, question=f"{n}?")["id"] for n in range(3)]
    other = ask(charlie, elsewhere)["id"]
    vote(bob, alice.get(f"/api/polls/{made[0]}").json, 1)

    def ids(person: Person, query: str = "") -> list[int]:
        return [poll["id"] for poll in person.get(f"/api/polls{query}").json]

    assert ids(alice) == [other, *reversed(made)]
    assert ids(bob) == made[::-1]
    assert ids(bob, f"?conversation_id={elsewhere}") == []
    assert ids(alice, f"?conversation_id={elsewhere}") == [other]
    first = alice.get("/api/polls?limit=2")
    assert [poll["id"] for poll in first.json] == [other, made[2]]
    assert first.headers["Link"] == f'</api/polls?limit=2&before={made[2]}>; rel="next"'
    assert ids(alice, f"?before={made[2]}") == [made[1], made[0]]
    assert ids(alice, f"?after={made[1]}") == [other, made[2]]
    listed = bob.get("/api/polls").json[-1]
    assert counts(listed) == [0, 1]
    assert listed["my_choice_ids"] == [listed["choices"][1]["id"]]
    assert bob.get("/api/polls?limit=0").status_code == 422


def test_a_page_of_large_polls_is_bounded_and_links_to_the_rest(alice: Person, room: int) -> None:
    large = [f"{number:0200}" for number in range(50)]
    made = [ask(alice, room, *large)["id"] for _ in range(45)]
    first = alice.get("/api/polls?limit=200")
    assert len(first.text) < 1_000_000
    rest = alice.get(first.headers["Link"].split(">")[0].strip("<"))
    assert "Link" not in rest.headers
    assert [poll["id"] for poll in [*first.json, *rest.json]] == made[::-1]


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


def test_a_closed_poll_rejects_votes(alice: Person, bob: Person, room: int) -> None:
    poll = ask(bob, room)
    vote(alice, poll, 0)

    closed = bob.post(f"/api/polls/{poll['id']}/close", None)

    assert closed.status_code == 200
    assert closed.json["closed"]
    assert closed.json["closed_at"]
    event = alice.events(room)[-1]
    assert event["type"] == "poll.closed"
    assert event["data"]["poll"]["closed"]
    assert event["data"]["by_id"] == bob.id
    late = alice.post(f"/api/polls/{poll['id']}/votes", {"choice_ids": []})
    assert late.status_code == 409
    assert late.json["type"] == "urn:parley:problem:poll-closed"
    assert counts(alice.get(f"/api/polls/{poll['id']}").json) == [1, 0]
    assert bob.post(f"/api/polls/{poll['id']}/close", None).status_code == 200
    assert alice.events(room)[-1] == event


def test_only_the_author_and_moderators_close_a_poll(
    alice: Person, bob: Person, charlie: Person, room: int
) -> None:
    charlie.put(f"/api/conversations/{room}/members/{charlie.id}")
    poll = ask(bob, room)

    refused = charlie.post(f"/api/polls/{poll['id']}/close", None)

    assert refused.status_code == 403
    assert refused.json["type"] == "urn:parley:problem:not-your-poll"
    assert alice.post(f"/api/polls/{poll['id']}/close", None).status_code == 200


def test_an_admin_closes_polls_of_others_except_in_direct_conversations(
    app: OpenAPI, parts: Context, alice: Person, bob: Person, room: int
) -> None:
    between_the_two = alice.send("hi", bob)["conversation_id"]
    here, there = ask(alice, room), ask(alice, between_the_two)
    admin = Caller(bob.id, "admin")
    with app.app_context():
        close_poll(parts, admin, here["id"])
        with pytest.raises(Forbidden):
            close_poll(parts, admin, there["id"])

    assert alice.get(f"/api/polls/{here['id']}").json["closed"]
    assert not alice.get(f"/api/polls/{there['id']}").json["closed"]


def test_a_poll_closes_at_its_end(
    app: OpenAPI, engine: Engine, alice: Person, bob: Person, room: int
) -> None:
    soon = utcnow() + timedelta(hours=1)
    poll = ask(alice, room, closes_at=soon.isoformat())
    assert poll["closes_at"] == isoformat(soon)
    vote(bob, poll, 0)
    close_due(app)
    assert alice.events(room)[-1]["type"] == "poll.voted"
    with engine.connect() as connection:
        past = update(polls).where(polls.c.id == poll["id"])
        connection.execute(past.values(closes_at=utcnow() - timedelta(seconds=1)))
        connection.commit()

    ids = [poll["choices"][1]["id"]]
    assert bob.post(f"/api/polls/{poll['id']}/votes", {"choice_ids": ids}).status_code == 409
    assert alice.get(f"/api/polls/{poll['id']}").json["closed"]
    close_due(app)
    close_due(app)

    closings = [event for event in alice.events(room) if event["type"] == "poll.closed"]
    assert len(closings) == 1
    assert closings[0]["data"]["by_id"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"choices": []},
        {"choices": ["one"]},
        {"choices": [str(n) for n in range(1000)]},
        {"choices": ["same", "same"]},
        {"choices": ["same", " SAME "]},
        {"choices": ["one", " "]},
        {"choices": ["one", "x" * 201]},
        {"choices": ["one", "\x07"]},
        {"choices": "one"},
        {"choices": ["one", 2]},
        {"question": ""},
        {"question": "x" * 501},
        {"question": None},
        {"closes_at": "2020-01-01T00:00:00Z"},
        {"closes_at": "9999-12-31T23:59:59-12:00"},
        {"closes_at": "0001-01-01T00:00:00+12:00"},
        {"closes_at": "tomorrow"},
        {"closes_at": "2026-12-01T00:00:00"},
        {"multiple": "perhaps"},
        {"client_id": "a b"},
        {"conversation_id": 0},
    ],
)  # fmt: skip
def test_an_invalid_poll_is_rejected_and_posts_no_message(
    alice: Person, room: int, wrong: dict[str, Any]
) -> None:
    body = {"conversation_id": room, "question": "Where?", "choices": ["a", "b"], **wrong}
    last = alice.events(room)[-1]["seq"]

    answer = alice.post("/api/polls", body)

    assert answer.status_code == 422, answer.text
    assert answer.json["errors"][0]["field"].split(".")[0] == next(iter(wrong))
    assert alice.events(room, last) == []


def test_fifty_choices_are_accepted(alice: Person, room: int) -> None:
    poll = ask(alice, room, *(f"choice {n}" for n in range(50)))
    assert [choice["choice"] for choice in poll["choices"]] == [f"choice {n}" for n in range(50)]


def test_only_members_create_polls_and_never_in_an_archived_room(
    alice: Person, bob: Person, charlie: Person, room: int
) -> None:
    body = {"conversation_id": room, "question": "Where?", "choices": ["a", "b"]}
    assert charlie.post("/api/polls", body).status_code == 403  # a public room, not joined
    assert charlie.post("/api/polls", body | {"conversation_id": 10**6}).status_code == 404
    private = alice.make_room(visibility="private")
    assert charlie.post("/api/polls", body | {"conversation_id": private}).status_code == 404
    poll = ask(alice, room)
    alice.delete(f"/api/conversations/{room}")

    assert alice.post("/api/polls", body).status_code == 409
    ids = [poll["choices"][0]["id"]]
    assert bob.post(f"/api/polls/{poll['id']}/votes", {"choice_ids": ids}).status_code == 409


def test_a_removed_member_can_neither_see_a_poll_nor_vote(
    alice: Person, bob: Person, room: int
) -> None:
    poll = ask(alice, room)
    vote(bob, poll, 0)
    alice.delete(f"/api/conversations/{room}/members/{bob.id}")

    assert bob.get(f"/api/polls/{poll['id']}").status_code == 404
    assert bob.post(f"/api/polls/{poll['id']}/votes", {"choice_ids": []}).status_code == 404
    assert bob.get("/api/polls").json == []
    assert counts(alice.get(f"/api/polls/{poll['id']}").json) == [1, 0]


def test_a_repeated_poll_with_the_same_client_id_is_created_once(alice: Person, room: int) -> None:
    body = {
        "conversation_id": room, "question": "Where?", "choices": ["a", "b"], "client_id": "c",
    }  # fmt: skip
    first = alice.post("/api/polls", body)
    again = alice.post("/api/polls", body)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert len(alice.get("/api/polls").json) == 1
    other = alice.post("/api/polls", body | {"choices": ["a", "c"]})
    assert other.status_code == 409


def test_a_deleted_poll_is_gone_from_the_log_too(
    engine: Engine, alice: Person, bob: Person, room: int
) -> None:
    kept, poll = ask(alice, room, "Keep", "This"), ask(alice, room, "Secret", "Other")
    vote(bob, kept, 0)
    vote(bob, poll, 0)
    alice.post(f"/api/polls/{poll['id']}/close", None)

    assert alice.delete(f"/api/messages/{poll['message_id']}").status_code == 204
    mark = alice.get(f"/api/messages/{poll['message_id']}").json

    assert mark["poll"] is None
    assert bob.get(f"/api/polls/{poll['id']}").status_code == 404
    assert "Secret" not in bob.get(f"/api/conversations/{room}/events?limit=200").text
    blank = [e["data"]["poll"] for e in bob.events(room) if e["type"].startswith("poll.")]
    assert [(p["id"], len(p["choices"])) for p in blank] == [
        (kept["id"], 2), (poll["id"], 0), (poll["id"], 0),
    ]  # fmt: skip
    with engine.connect() as connection:
        for table, left in ((polls, 1), (poll_choices, 2), (poll_votes, 1)):
            number = select(func.count()).select_from(table)
            assert connection.execute(number).scalar_one() == left


def test_a_poll_cannot_be_rewritten_once_people_can_vote(alice: Person, room: int) -> None:
    poll = ask(alice, room)
    answer = alice.patch(f"/api/messages/{poll['message_id']}", {"content": "Other question?"})

    assert answer.status_code == 409
    assert answer.json["type"] == "urn:parley:problem:fixed-poll"


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
