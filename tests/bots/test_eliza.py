"""Eliza answers messages to her once, live, also after crashes, and never answers another bot."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from parley_client import Message, Parley

from deploy.local.programs import PYTHON_CLIENT, ROOT
from tests.support.cast import Person
from tests.support.process import Process
from tests.support.stack import Stack
from tests.support.waiting import wait_until

MakeBot = Callable[[], dict[str, Any]]


@pytest.fixture
def parley(stack: Stack) -> Stack:
    return stack


@pytest.fixture
def make_bot(admin: Person, parley: Stack) -> MakeBot:
    def make() -> dict[str, Any]:
        nickname = f"{parley.sign_up('eliza').nickname}bot"
        account = {"name": "Eliza", "nickname": nickname, "email": f"{nickname}@example.com"}
        answer = admin.api.post("/api/users", json=account | {"role": "bot"})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    return make


@pytest.fixture
def account(make_bot: MakeBot) -> dict[str, Any]:
    return make_bot()


@pytest.fixture
def eliza(account: dict[str, Any], parley: Stack, tmp_path: Path) -> Iterator[Process]:
    process = start(account, parley, tmp_path)
    yield process
    process.stop()


def start(account: dict[str, Any], parley: Stack, folder: Path) -> Process:
    """`python -m bots.eliza`, once she listens."""
    token_file = folder / f"token-{account['id']}"
    token_file.write_text(account["token"] + "\n")
    environ = {
        **os.environ,
        "PYTHONPATH": str(PYTHON_CLIENT),
        "PARLEY_URL": parley.url,
        "ELIZA_TOKEN_FILE": str(token_file),
    }
    log = folder / f"eliza-{account['id']}.log"
    process = Process((sys.executable, "-m", "bots.eliza"), log=log, env=environ, cwd=ROOT)
    process.start()
    wait_until(lambda: "is listening" in process.logs, 30, what="Eliza listens")
    return process


def talk(person: Person, conversation_id: int) -> list[Message]:
    answer = person.api.get(f"/api/conversations/{conversation_id}/messages?limit=200")
    found: list[Message] = answer.json()
    return found


def answers(person: Person, conversation_id: int, account: dict[str, Any]) -> list[str]:
    said = talk(person, conversation_id)
    return [message["content"] for message in said if message["author_id"] == account["id"]]


def authors(person: Person, conversation_id: int) -> list[int]:
    return [message["author_id"] for message in talk(person, conversation_id)]


def write_to(person: Person, account: dict[str, Any], content: str) -> int:
    message = {"recipient_id": account["id"], "content": content}
    answer = person.api.post("/api/messages", json=message)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["conversation_id"])


def read_seq(account: dict[str, Any], parley: Stack, conversation_id: int) -> int:
    headers = {"Authorization": f"Bearer {account['token']}"}
    url = f"{parley.url}/api/conversations/{conversation_id}"
    return int(requests.get(url, headers=headers, timeout=10).json()["read_seq"])


def test_eliza_answers_the_first_and_every_later_direct_message(
    eliza: Process, account: dict[str, Any], alice: Person
) -> None:
    conversation_id = write_to(alice, account, "I feel tired")
    wait_until(lambda: len(answers(alice, conversation_id, account)) == 1, 20)
    write_to(alice, account, "Because I worked all night")
    wait_until(lambda: len(answers(alice, conversation_id, account)) == 2, 20)
    assert authors(alice, conversation_id) == [alice.id, account["id"]] * 2


def test_eliza_answers_in_a_room_only_when_mentioned(
    eliza: Process, account: dict[str, Any], alice: Person, bob: Person
) -> None:
    room = alice.api.post(
        "/api/conversations", json={"kind": "room", "name": f"sofa of {alice.nickname}"}
    ).json()
    for user_id in (bob.id, account["id"]):
        alice.api.put(f"/api/conversations/{room['id']}/members/{user_id}").raise_for_status()
    alice.send("Nobody in particular", conversation_id=room["id"])
    bob.send(f"@{account['nickname'].upper()} I need help", conversation_id=room["id"])
    wait_until(lambda: len(answers(bob, room["id"], account)) == 1, 20)
    assert authors(bob, room["id"]) == [alice.id, bob.id, account["id"]]


def test_messages_sent_while_eliza_was_offline_are_answered_on_start(
    account: dict[str, Any], alice: Person, parley: Stack, tmp_path: Path
) -> None:
    conversation_id = write_to(alice, account, "Are you there?")
    write_to(alice, account, "I will wait")
    eliza = start(account, parley, tmp_path)
    try:
        wait_until(lambda: len(answers(alice, conversation_id, account)) == 2, 20)
    finally:
        eliza.stop()
    assert authors(alice, conversation_id) == [alice.id, alice.id, account["id"], account["id"]]


@pytest.mark.slow
def test_a_kill_between_answer_and_read_marker_gives_one_answer(
    account: dict[str, Any], alice: Person, parley: Stack, tmp_path: Path
) -> None:
    from bots.eliza.__main__ import Eliza  # imports NLTK, which takes long

    conversation_id = write_to(alice, account, "I am sad")
    first_life = Eliza(Parley(parley.url, account["token"]))
    first_life.answer(talk(alice, conversation_id)[0])  # and here the power goes
    assert read_seq(account, parley, conversation_id) == 0
    eliza = start(account, parley, tmp_path)
    try:
        wait_until(lambda: read_seq(account, parley, conversation_id) >= 1, 20)
        assert len(answers(alice, conversation_id, account)) == 1
        write_to(alice, account, "Still sad")
        wait_until(lambda: len(answers(alice, conversation_id, account)) == 2, 20)
    finally:
        eliza.stop()


@pytest.mark.slow
def test_eliza_reconnects_after_a_realtime_outage(
    eliza: Process, account: dict[str, Any], alice: Person, parley: Stack
) -> None:
    conversation_id = write_to(alice, account, "Hello")
    wait_until(lambda: len(answers(alice, conversation_id, account)) == 1, 20)
    parley.kill_service("realtime_service")
    write_to(alice, account, "Did you hear me?")
    parley.start_service("realtime_service")
    wait_until(lambda: len(answers(alice, conversation_id, account)) == 2, 40)
    assert authors(alice, conversation_id) == [alice.id, account["id"]] * 2


def test_two_bots_do_not_talk_to_each_other(
    eliza: Process, account: dict[str, Any], make_bot: MakeBot, parley: Stack, tmp_path: Path
) -> None:
    other = make_bot()
    her_sister = start(other, parley, tmp_path)
    try:
        headers = {"Authorization": f"Bearer {other['token']}"}
        body = {"recipient_id": account["id"], "content": "I feel like talking"}
        sent = requests.post(f"{parley.url}/api/messages", json=body, headers=headers, timeout=10)
        conversation_id = sent.json()["conversation_id"]
        # She has seen it, and that she has says that she will not answer it any more.
        wait_until(lambda: read_seq(account, parley, conversation_id) >= 1, 20)
        listed = requests.get(
            f"{parley.url}/api/conversations/{conversation_id}/messages",
            headers=headers,
            timeout=10,
        ).json()
        assert [message["author_id"] for message in listed] == [other["id"]]
    finally:
        her_sister.stop()
