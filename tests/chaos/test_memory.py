"""Hostile messages, their many readers, and large pictures leave messages_service's memory low."""

import io
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import pytest
import requests
from PIL import Image

from messages_service.models import MAX_CONTENT
from tests.conftest import LIMITS
from tests.realtime_service.conftest import memory_of
from tests.support.cast import Person
from tests.support.process import Process
from tests.support.stack import Stack

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
LIMIT = 320 * 2**20
"""Bytes; a container has 512 MiB."""
LIMIT_WITH_PICTURES = 480 * 2**20
SIZE = (7000, 5700)
PICTURES = (("JPEG", "RGB"), ("PNG", "RGBA"), ("WEBP", "RGBA"), ("WEBP", "RGB"))
TABLE = "|a|b|\n|-|-|\n" + "|1|2|\n" * 990
HOSTILE = (
    TABLE + "&" * (MAX_CONTENT - len(TABLE)),
    "```python\n" + "x=[" * 1_600 + "\n```\n" + "<" * 5_000,
    "```js\na(a(a(a(\n```\n" * 500,
    "*a* " * (MAX_CONTENT // 4),
    "> " * (MAX_CONTENT // 2),
    "www.aa.de " * (MAX_CONTENT // 10),
    "&" * MAX_CONTENT,
    "[" * MAX_CONTENT,
)
ROUNDS = 8
REACTIONS = [chr(0x1F600 + number) for number in range(4)]
AT_ONCE = 4
PAGES = 3


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Stack]:
    """A Parley whose memory no other test has used."""
    with Stack(tmp_path, environ=LIMITS) as running:
        yield running


def test_hostile_messages_do_not_exhaust_memory(fresh: Stack) -> None:
    alice, bob = fresh.sign_up("alice"), fresh.sign_up("bob")
    with (
        sampled_memory(fresh.processes["messages_service"]) as samples,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        sent = list(pool.map(lambda text: send(fresh, alice, text, bob), HOSTILE * ROUNDS))
        list(pool.map(lambda message: react(fresh, bob, message["id"]), sent))
        conversation_id = sent[0]["conversation_id"]
        list(pool.map(lambda _: read_pages(fresh, bob, conversation_id), range(AT_ONCE)))
    assert len(sent) == len(HOSTILE) * ROUNDS
    assert len(samples) > 10
    assert max(samples) < LIMIT, f"{max(samples) / 2**20:.0f} MiB"


def test_large_pictures_do_not_exhaust_memory(fresh: Stack) -> None:
    """Pictures of the most pixels that are processed, several at once."""
    alice = fresh.sign_up("alice")
    pictures = [picture(kind, mode) for kind, mode in PICTURES]
    with (
        sampled_memory(fresh.processes["messages_service"]) as samples,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        uploaded = list(pool.map(lambda content: upload(fresh, alice, content), pictures * 2))
    photos = [file for file in uploaded if file["content_type"] == "image/jpeg"]
    assert [(file["width"], file["height"]) for file in photos] == [SIZE] * 2
    assert len(samples) > 10
    assert max(samples) < LIMIT_WITH_PICTURES, f"{max(samples) / 2**20:.0f} MiB"


@contextmanager
def sampled_memory(process: Process) -> Iterator[list[int]]:
    """The memory of the process and its children, measured again and again."""
    samples = [memory_of(process)]
    is_over = threading.Event()

    def sample() -> None:
        while not is_over.wait(0.1):
            with suppress(psutil.NoSuchProcess):  # a child that ends meanwhile
                samples.append(memory_of(process))

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield samples
    finally:
        is_over.set()
        thread.join()


def send(stack: Stack, sender: Person, text: str, recipient: Person) -> dict[str, int]:
    body = {"content": text, "recipient_id": recipient.id, "client_id": str(uuid.uuid4())}
    url = f"{stack.messages_url}/api/messages"
    answer = repeated(lambda: requests.post(url, json=body, headers=sender.headers, timeout=60))
    message: dict[str, int] = answer.json()
    return message


def picture(kind: str, mode: str) -> bytes:
    out = io.BytesIO()
    Image.new(mode, SIZE, "orange").save(out, kind)
    return out.getvalue()


def upload(stack: Stack, person: Person, content: bytes) -> dict[str, Any]:
    url = f"{stack.messages_url}/api/attachments"
    answer = repeated(
        lambda: requests.post(url, files={"file": content}, headers=person.headers, timeout=120)
    )
    file: dict[str, Any] = answer.json()
    return file


def react(stack: Stack, person: Person, message_id: int) -> None:
    for emoji in REACTIONS:
        url = f"{stack.messages_url}/api/messages/{message_id}/reactions/{quote(emoji)}"
        repeated(lambda url=url: requests.put(url, headers=person.headers, timeout=60))  # type: ignore[misc]


def read_pages(stack: Stack, person: Person, conversation_id: int) -> None:
    """The largest page of each kind, several times."""
    for _ in range(PAGES):
        for path in (
            f"/api/conversations/{conversation_id}/messages?limit=200",
            f"/api/conversations/{conversation_id}/events?after=0&limit=200",
            "/api/messages?limit=200",
        ):
            url = stack.messages_url + path
            repeated(lambda url=url: requests.get(url, headers=person.headers, timeout=60))  # type: ignore[misc]


def repeated(call: Callable[[], requests.Response]) -> requests.Response:
    """Call again after a 503, as clients do; a message has the same `client_id` each time."""
    until = time.monotonic() + 60
    while (answer := call()).status_code == 503 and time.monotonic() < until:
        time.sleep(0.5)
    assert answer.ok, answer.text
    return answer
