"""parley-client against a running Parley, in Python and in a terminal."""

import os
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from parley_client import Parley, ParleyError

from deploy.local.programs import PYTHON_CLIENT, ROOT
from tests.support.cast import Person
from tests.support.process import Process
from tests.support.stack import Stack
from tests.support.waiting import wait_until


@pytest.fixture
def client(stack: Stack, bob: Person) -> Parley:
    """Bob's."""
    return Parley(stack.url, bob.token)


def environment(stack: Stack, person: Person) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(PYTHON_CLIENT),
        "PARLEY_URL": stack.url,
        "PARLEY_TOKEN": person.token,
    }


def run(stack: Stack, person: Person, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "parley_client", *map(str, arguments)),
        cwd=ROOT,
        env=environment(stack, person),
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_message_sent_again_under_its_client_id_is_stored_once(
    client: Parley, alice: Person
) -> None:
    first = client.send("Once", to=alice.nickname, client_id="once-1")
    again = client.send("Once", to=alice.nickname, client_id="once-1")
    assert again["id"] == first["id"]
    found = client.messages(first["conversation_id"])
    assert [message["content"] for message in found] == ["Once"]


def test_a_refused_call_raises_the_problem(client: Parley) -> None:
    with pytest.raises(ParleyError, match="content") as refused:
        client.send("", conversation_id=1)
    assert refused.value.status == 422


def test_a_session_renews_its_access_token(stack: Stack, bob: Person) -> None:
    client = Parley.log_in(stack.url, bob.nickname, bob.password)
    client.connection._token = "expired"
    assert client.me()["id"] == bob.id


def test_events_begin_at_the_read_marker_and_cross_an_outage_without_a_gap(
    stack: Stack, client: Parley, alice: Person, bob: Person
) -> None:
    room = alice.make_room(bob)
    alice.send("Before", conversation_id=room)
    events = client.events()

    def next_texts(count: int) -> list[Any]:
        created = (e["data"]["content"] for e in events if e["type"] == "message.created")
        return list(islice(created, count))

    assert next_texts(1) == ["Before"]
    stack.kill_service("realtime_service")
    alice.send("During 1", conversation_id=room)
    alice.send("During 2", conversation_id=room)
    stack.start_service("realtime_service")
    assert next_texts(2) == ["During 1", "During 2"]
    alice.send("After", conversation_id=room)
    assert next_texts(1) == ["After"]
    events.close()  # type: ignore[attr-defined]


def test_cursors_are_where_the_events_go_on(
    stack: Stack, client: Parley, alice: Person, bob: Person
) -> None:
    room = alice.make_room(bob)
    handled = alice.send("Handled", conversation_id=room)
    alice.send("New", conversation_id=room)
    events = client.events({room: handled["seq"]})
    first = next(e for e in events if e["conversation_id"] == room)
    assert first["data"]["content"] == "New"
    events.close()  # type: ignore[attr-defined]


def test_the_terminal_lists_reads_sends_and_uploads(
    stack: Stack, alice: Person, bob: Person, tmp_path: Path
) -> None:
    room = alice.make_room(bob)
    (tmp_path / "minutes.txt").write_text("We met.")
    assert f"{room}  # room" in run(stack, bob, "conversations").stdout
    assert "Good morning" in run(stack, bob, "send", room, "Good morning").stdout
    run(stack, bob, "upload", room, tmp_path / "minutes.txt", "--text", "The minutes")
    lines = run(stack, alice, "read", room).stdout.splitlines()
    assert [line.partition(": ")[2] for line in lines] == [
        "Good morning",
        "The minutes [minutes.txt]",
    ]


def test_the_terminal_follows_a_conversation(
    stack: Stack, alice: Person, bob: Person, tmp_path: Path
) -> None:
    room = alice.make_room(bob)
    tail = Process(
        (sys.executable, "-m", "parley_client", "tail", str(room)),
        log=tmp_path / "tail.log",
        env=environment(stack, bob) | {"PYTHONUNBUFFERED": "1"},
        cwd=ROOT,
    )
    alice.send("Before", conversation_id=room)
    tail.start()
    try:

        def follows() -> bool:
            alice.send("Hello", conversation_id=room)
            return "Hello" in tail.logs

        wait_until(follows, 30, 0.5, "the message is printed")
        assert "Before" not in tail.logs
    finally:
        tail.stop()


def test_the_terminal_explains_an_error(stack: Stack, bob: Person) -> None:
    done = run(stack, bob, "read", 999_999_999)
    assert done.returncode == 1
    assert done.stderr.startswith("parley: ")
    assert "Traceback" not in done.stderr
