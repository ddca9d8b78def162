"""docs/tutorial.md builds a working chat: its code is extracted, and each step is run."""

import sys
import uuid
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, expect

from tests.support.process import Process
from tests.support.stack import Stack
from tests.support.waiting import wait_until
from tests.tutorial.httpie import run_http
from tests.tutorial.learner import DOCUMENT, Chat, Step, matches, merge, read_steps

STEPS = read_steps(DOCUMENT.read_text())
REDIRECTS = {"http :5000/"}
MOST_LINES = 25
"""A step is what one writes in one sitting."""


@pytest.fixture(scope="module")
def parley(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("parley"), "tutorial") as running:
        yield running


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory, parley: Stack) -> Iterator[Chat]:
    running = Chat(tmp_path_factory.mktemp("chat"), parley.url)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def finished(chat: Chat) -> Chat:
    """The chat after the last step; the tests of the steps have brought it there, or this does."""
    source = chat.directory / "app.py"
    if "PARLEY" not in (source.read_text() if source.exists() else ""):
        for step in STEPS:
            follow(chat, step)
    chat.serve()
    return chat


def follow(chat: Chat, step: Step) -> requests.Response | None:
    """Write the code of the step, run its commands; returns the last answer."""
    chat.add(step)
    answer = None
    for command in step.commands:
        answer = chat.run(command)
        expected = 302 if command in REDIRECTS else 201 if "=" in command else 200
        assert answer.status_code == expected, f"{command}\n{answer.text}\n{chat.logs[-2000:]}"
    return answer


def test_the_page_has_the_steps_of_the_tutorial() -> None:
    numbers = [step.number for step in STEPS]
    assert {f"{number:02}" for number in range(21)} <= set(numbers)
    assert all("**Exercise.**" in part for part in DOCUMENT.read_text().split("\n### ")[1:])


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.number)
def test_a_step_adds_a_few_lines_of_python(step: Step) -> None:
    python = [block.text for block in step.blocks if block.file == "app.py"]
    assert sum(len(text.strip().splitlines()) for text in python) <= MOST_LINES


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.number)
def test_the_code_and_the_commands_of_a_step_work(chat: Chat, step: Step) -> None:
    answer = follow(chat, step)

    if step.answer is not None:
        assert answer is not None
        assert matches(step.answer, answer.json()), answer.text


def test_a_later_definition_replaces_the_earlier_one() -> None:
    before = "import a\n\n\ndef f():\n    return 1\n\n\nx = f()\n"
    after = merge(before, "import b\n\n\n@b.c\ndef f():\n    return 2\n")
    assert " ".join(after.split()) == "import a import b @b.c def f(): return 2 x = f()"


@pytest.mark.slow
def test_every_command_works_on_parley(parley: Stack) -> None:
    commands = [command for step in STEPS for command in step.commands]
    assert len(commands) > 20
    for command in commands:
        answer = run_http(parley.url, command)
        expected = 302 if command in REDIRECTS else 201 if "=" in command else 200
        assert answer.status_code == expected, f"{command}\n{answer.text}"


@pytest.mark.slow
def test_two_pages_of_the_finished_chat_show_each_others_messages(
    browser: Browser, finished: Chat
) -> None:
    content = f"from page to page {uuid.uuid4()}"
    contexts = [browser.new_context(base_url=finished.url) for _ in range(2)]
    alice, bob = (context.new_page() for context in contexts)
    acknowledged = finished.logs.count("connect-ack")
    bob.goto("/front/messages/2")
    wait_until(lambda: finished.logs.count("connect-ack") > acknowledged, what="bob is connected")
    alice.goto("/front/messages/1")

    alice.get_by_label("Message").fill(content)
    alice.get_by_role("button", name="Send").click()

    expect(bob.get_by_text(content)).to_be_visible()
    expect(alice.get_by_text(content)).to_be_visible()
    for context in contexts:
        context.close()


@pytest.mark.slow
@pytest.mark.parametrize("server", ["chat", "parley"])
def test_the_listening_program_prints_received_messages(
    finished: Chat, parley: Stack, server: str
) -> None:
    address, sockets = (
        (finished.url, finished.url) if server == "chat" else (parley.url, parley.realtime_url)
    )
    content = f"to the program {uuid.uuid4()}"
    command = (sys.executable, "listen.py", sockets, "bob")
    log = finished.directory / f"listen-{server}.log"
    listening = Process(command, log=log, cwd=finished.directory)
    listening.start()
    try:
        wait_until(
            lambda: (
                "bob is listening"
                in (finished.logs if server == "chat" else parley.logs("realtime_service"))
            ),
            what="it is connected",
        )
        body = {"author_id": 1, "recipient_id": 2, "content": content}
        requests.post(f"{address}/api/messages", json=body, timeout=10).raise_for_status()
        wait_until(lambda: content in listening.logs, what="it prints the message")
    finally:
        listening.stop()


@pytest.mark.slow
def test_the_last_step_reads_and_writes_parleys_messages(finished: Chat, parley: Stack) -> None:
    content = f"through the learner's chat {uuid.uuid4()}"
    body = {"author_id": "1", "recipient_id": "2", "content": content}

    answer = requests.post(f"{finished.url}/parley/messages", json=body, timeout=10)

    assert answer.status_code == 201
    stored = requests.get(f"{parley.url}/api/users/1/messages", timeout=10)
    assert content in [message["content"] for message in stored.json()]
    page = requests.get(f"{finished.url}/parley/messages/1", timeout=10)
    assert f"Alice Caroll to Bob Morane: {content}".replace("'", "&#39;") in page.text
