"""Files and polls over real connections: slow ones, cut off ones, and ones that are too large."""

import io
import json
import select
import socket
import sqlite3
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import requests
from PIL import Image

from tests.contracts.doors import Door
from tests.contracts.shapes import assert_problem
from tests.support.cast import Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until

HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="noise"\r\n\r\n'
TAIL = b"\r\n--b--\r\n"


def upload(door: Door, who: Person, content: bytes, name: str = "a.bin", **fields: str) -> Any:
    answer = door.post(
        "/api/attachments", who, files={"file": (name, io.BytesIO(content))}, data=fields
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


def begin_upload(door: Door, who: Person, length: int) -> socket.socket:
    """A connection with the request's head sent."""
    address = urlsplit(door.url("/api/attachments"))
    assert address.hostname
    assert address.port
    connection = socket.create_connection((address.hostname, address.port), timeout=20)
    lines = (
        "POST /api/attachments HTTP/1.1",
        f"Host: {address.netloc}",
        f"Authorization: Bearer {who.token}",
        "Content-Type: multipart/form-data; boundary=b",
        f"Content-Length: {length}",
    )
    connection.sendall("\r\n".join((*lines, "", "")).encode())
    return connection


def pour(connection: socket.socket, start: bytes) -> int:
    """Send without end until an answer comes; returns the number of bytes sent."""
    taken, chunk = 0, start
    while not select.select([connection], [], [], 0)[0]:
        if select.select([], [connection], [], 1)[1]:
            try:
                taken += connection.send(chunk)
            except ConnectionError:
                break  # The answer was sent, and what came after it was not read.
            chunk = bytes(64 * 1024)
    return taken


def received(connection: socket.socket) -> bytes:
    """A complete answer with a JSON body."""
    answer = b""
    while b"\r\n\r\n" not in answer or not answer.endswith(b"}"):
        more = connection.recv(65536)
        assert more, answer
        answer += more
    return answer


def unfinished(stack: Stack) -> int:
    """How many blobs are neither whole nor gone."""
    path = stack.directory / "messages.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        query = "SELECT count(*) FROM blobs WHERE state != 'stored'"
        return int(connection.execute(query).fetchone()[0])


def test_a_picture_is_uploaded_sent_and_seen(
    door: Door, alice: Person, bob: Person, charlie: Person
) -> None:
    out = io.BytesIO()
    Image.new("RGB", (900, 600), (200, 80, 20)).save(out, "PNG")
    picture = upload(door, alice, out.getvalue(), "Straße.png", alt="Orange")

    assert picture["name"] == "Straße.png"
    assert (picture["width"], picture["height"]) == (900, 600)
    assert picture["alt"] == "Orange"
    message = door.send(alice, content="", recipient_id=bob.id, attachments=[picture["id"]])
    assert message["attachments"] == [picture]
    seen = door.get(picture["url"], bob)
    assert seen.content == out.getvalue()
    assert seen.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert seen.headers["X-Content-Type-Options"] == "nosniff"
    part = door.get(picture["url"], bob, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, out.getvalue()[10:20])
    small = door.get(picture["thumbnail_url"], bob)
    assert Image.open(io.BytesIO(small.content)).size == (480, 320)
    head = door.request("HEAD", picture["url"], bob)
    assert head.headers["Content-Length"] == str(len(out.getvalue()))
    for path in (picture["url"], picture["thumbnail_url"]):
        assert_problem(door.get(path, charlie), 404)
        assert_problem(door.get(path), 401)


def test_an_oversized_file_is_rejected_during_the_upload(
    door: Door, alice: Person, stack: Stack
) -> None:
    with begin_upload(door, alice, 140_000_000) as connection:
        taken = pour(connection, HEAD)
        answer = received(connection)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"file-too-large" in answer
    assert taken < 70_000_000  # The limit of 20 MB, and what the buffers on the way hold.

    def endless() -> Any:
        yield HEAD
        while True:
            yield b"\x00" * 65536

    form = {"Content-Type": "multipart/form-data; boundary=b"}
    try:
        refused = door.post("/api/attachments", alice, data=endless(), headers=form)
    except requests.ConnectionError:
        pass  # Not every client reads an answer before it has said everything.
    else:
        assert_problem(refused, 413, code="file-too-large")
    wait_until(lambda: unfinished(stack) == 0, what="nothing is left of it")


def test_an_interrupted_upload_leaves_nothing_behind(
    door: Door, alice: Person, stack: Stack
) -> None:
    with begin_upload(door, alice, 15_000_000) as connection:
        connection.sendall(HEAD + b"x" * 3_000_000)
        wait_until(lambda: unfinished(stack) == 1, what="the first pieces are stored")
    wait_until(lambda: unfinished(stack) == 0, what="they are removed")


def test_a_slow_upload_does_not_delay_other_requests(
    door: Door, alice: Person, bob: Person
) -> None:
    content = b"slow" * 500_000
    with begin_upload(door, alice, len(HEAD) + len(content) + len(TAIL)) as connection:
        connection.sendall(HEAD + content[:1_500_000])
        for number in range(5):
            assert door.send(bob, content=f"{number}", recipient_id=alice.id)["seq"]
        connection.sendall(content[1_500_000:] + TAIL)
        answer = received(connection)
    assert answer.startswith(b"HTTP/1.1 201 ")
    url = json.loads(answer.partition(b"\r\n\r\n")[2])["url"]
    assert door.get(url, alice).content == content


def test_a_poll_is_created_answered_and_closed(door: Door, alice: Person, bob: Person) -> None:
    place = door.send(alice, recipient_id=bob.id)["conversation_id"]
    body = {"conversation_id": place, "question": "Where?", "choices": ["Here", "There"]}
    asked = door.post("/api/polls", alice, json=body)
    assert asked.status_code == 201, asked.text
    poll = asked.json()
    path = f"/api/polls/{poll['id']}"
    there = poll["choices"][1]["id"]

    voted = door.post(f"{path}/votes", bob, json={"choice_ids": [there]})

    assert [choice["votes"] for choice in voted.json()["choices"]] == [0, 1]
    assert poll["id"] in [listed["id"] for listed in door.get("/api/polls", alice).json()]
    assert_problem(door.post(f"{path}/votes", bob, json={"choice_ids": [there + 99]}), 422)
    assert_problem(door.post(f"{path}/close", bob), 403, code="not-your-poll")
    assert door.post(f"{path}/close", alice).json()["closed"]
    assert_problem(door.post(f"{path}/votes", alice, json={"choice_ids": [there]}), 409)
