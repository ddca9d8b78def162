"""Files on their way in: forms, limits of size and time, a full disk, and what is left behind."""

import io
import os
import socket
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask_openapi3.openapi import OpenAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select, update

from messages_service.app import create_app
from messages_service.attachments.blobs import PIECE_BYTES, ArrivingBlob
from messages_service.attachments.form import SILENCE_SECONDS, limit_silence
from messages_service.attachments.models import attachments, blob_pieces, blobs
from messages_service.settings import MessagesSettings
from servicekit.times import utcnow
from tests.messages_service.attachments.files import (
    NOISE,
    GeneratedBody,
    count,
    engine_of,
    post_raw,
    raw_form,
    stream_form,
    sweep_all,
    upload,
    uploaded,
)
from tests.messages_service.conftest import Person, SignUp
from tests.support.examples import examples


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (raw_form(b""), 422, "file-empty"),
        (raw_form(b"x").replace(b'name="file"', b'name="other"'), 422, "file-missing"),
        (raw_form(b"x", end=b"\r\n") + raw_form(b"y")[len("--a-boundary\r\n") :], 422, "invalid"),
        (raw_form(b"x" * 5000, end=b""), 400, "broken-form"),
        (b"nonsense", 400, "broken-form"),
        (b"--a-boundary\r\n\r\n\r\n--a-boundary--\r\n", 400, "broken-form"),
    ],
)
def test_an_invalid_form_is_rejected_and_leaves_nothing(
    engine: Engine, alice: Person, body: bytes, status: int, code: str
) -> None:
    answer = post_raw(alice, body)

    assert answer.status_code == status, answer.text
    assert answer.json["type"] == f"urn:parley:problem:{code}"
    assert count(engine, blobs) == count(engine, blob_pieces) == 0


def test_a_file_name_that_is_not_utf8_is_accepted(alice: Person) -> None:
    name = "\udcff".encode("utf-8", "surrogateescape").decode("latin-1")
    assert post_raw(alice, raw_form(b"x", name)).status_code == 201


def test_only_multipart_forms_are_accepted(alice: Person) -> None:
    for content_type in ("application/json", "multipart/form-data", "text/plain", ""):
        assert post_raw(alice, b"{}", content_type=content_type).status_code == 415
    assert post_raw(alice, raw_form(b"x"), headers={"Authorization": ""}).status_code == 401


@pytest.mark.slow
@settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.binary(max_size=200), st.integers(0, 300))
def test_no_malformed_form_causes_a_500(alice: Person, junk: bytes, place: int) -> None:
    form = raw_form(b"content")
    answer = post_raw(alice, form[:place] + junk + form[place:])

    assert answer.status_code in (201, 400, 413, 422)


def test_an_interrupted_upload_leaves_nothing(engine: Engine, alice: Person) -> None:
    body = raw_form(NOISE)[: PIECE_BYTES + 1000]
    answer = stream_form(alice, io.BytesIO(body), len(NOISE) + 200)

    assert answer.status_code == 400
    assert count(engine, blobs) == count(engine, blob_pieces) == count(engine, attachments) == 0


class Silent(GeneratedBody):
    """A client that stops sending: reading from its socket times out."""

    def __init__(self, start: bytes) -> None:
        self._start = start

    def next_chunk(self, size: int) -> bytes:
        if not self._start:
            raise TimeoutError
        chunk, self._start = self._start[:size], self._start[size:]
        return chunk


def test_an_upload_that_stalls_is_ended_and_leaves_nothing(engine: Engine, alice: Person) -> None:
    answer = stream_form(alice, Silent(raw_form(NOISE)[:-9]), len(NOISE) + 200)

    assert answer.status_code == 408
    assert answer.json["type"] == "urn:parley:problem:upload-stalled"
    assert count(engine, blobs) == count(engine, blob_pieces) == 0


def test_a_silent_connection_times_out() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        limit_silence({"gunicorn.socket": ours})
        assert ours.gettimeout() == SILENCE_SECONDS


class Endless(GeneratedBody):
    """A client that never stops sending; `sent` is what was read of it."""

    def __init__(self) -> None:
        self.sent = 0
        self._start = raw_form(b"", end=b"")

    def next_chunk(self, size: int) -> bytes:
        chunk, self._start = (self._start or b"\xff" * size), b""
        self.sent += len(chunk)
        return chunk


def small_app(app_settings: MessagesSettings, **others: int) -> OpenAPI:
    return create_app(app_settings.model_copy(update=others))


@pytest.fixture
def app(own_app: OpenAPI) -> OpenAPI:
    """Of each test's own: a full disk is one of its connections."""
    return own_app


@pytest.mark.parametrize("is_told", [True, False])
def test_an_oversized_file_is_rejected_before_it_is_fully_read(
    settings: MessagesSettings, sign_up: SignUp, is_told: bool
) -> None:
    app = small_app(settings, max_upload_bytes=3_000_000)
    alice, stream = sign_up("alice", app), Endless()
    answer = stream_form(alice, stream, 10**9 if is_told else None)

    assert answer.status_code == 413
    assert answer.json["type"] == "urn:parley:problem:file-too-large"
    assert stream.sent == 0 if is_told else stream.sent < 3_200_000
    assert count(engine_of(app), blobs) == count(engine_of(app), blob_pieces) == 0
    assert upload(alice, b"x" * 3_000_000).status_code == 201
    assert upload(alice, b"y" * 3_000_001).status_code == 413


def test_each_person_has_a_quota(settings: MessagesSettings, sign_up: SignUp) -> None:
    app = small_app(settings, upload_quota_bytes=10_000)
    alice, bob = sign_up("alice", app), sign_up("bob", app)
    for person in (alice, bob):
        person.get("/api/conversations")
    first = uploaded(alice, b"a" * 6000)

    refused = upload(alice, b"b" * 6000)

    assert refused.status_code == 413
    assert refused.json["type"] == "urn:parley:problem:quota-exceeded"
    assert upload(bob, b"b" * 6000).status_code == 201
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: upload(alice, bytes([n]) * 3000).status_code, range(4)))
    assert sorted(answers) == [201, 413, 413, 413]
    alice.delete(first["url"])
    assert upload(alice, b"c" * 6000).status_code == 201


def test_a_full_disk_is_a_507_and_leaves_nothing_behind(
    engine: Engine, fill_disk: Callable[[], None], alice: Person, bob: Person
) -> None:
    message = alice.send("Before", bob)
    fill_disk()

    answer = upload(alice, NOISE + NOISE)

    assert answer.status_code == 507, answer.text
    assert answer.json["type"] == "urn:parley:problem:disk-full"
    assert count(engine, blobs) == count(engine, blob_pieces) == count(engine, attachments) == 0
    assert uploaded(alice, b"small")["size"] == 5
    assert bob.get(f"/api/messages/{message['id']}").json["content"] == "Before"
    assert alice.send("After", bob)["seq"] == 2


@pytest.fixture
def fill_disk(engine: Engine) -> Iterator[Callable[[], None]]:
    """`fill_disk()` leaves less room than a file of two pieces needs."""
    if engine.dialect.name == "sqlite":
        yield lambda: limit_pages(engine)
        return
    begin_new_file(engine)
    yield lambda: put_full_device(engine)
    begin_new_file(engine)


def limit_pages(engine: Engine) -> None:
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one() + 300
    limit = f"PRAGMA max_page_count = {pages}"
    event.listen(
        engine, "begin", lambda connection: connection.connection.driver_connection.execute(limit)
    )


def begin_new_file(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("TRUNCATE blob_pieces")


def put_full_device(engine: Engine) -> None:
    """The kernel's own, in the place of the file that holds the pieces' content."""
    with engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT current_setting('data_directory'), pg_relation_filepath(reltoastrelid)"
            " FROM pg_class WHERE relname = 'blob_pieces'"
        )
        directory, path = found.one()
    content = Path(directory) / path
    content.unlink()
    content.symlink_to("/dev/full")


def test_unsent_and_unfinished_uploads_are_deleted(
    app: OpenAPI, engine: Engine, alice: Person
) -> None:
    sent = uploaded(alice, b"sent")
    alice.send("x", alice, attachments=[sent["id"]])
    fresh = uploaded(alice, b"fresh")
    forgotten = uploaded(alice, b"forgotten")
    long_ago = utcnow() - timedelta(days=8)
    with engine.connect() as connection:
        for attachment in (sent, forgotten):
            old = update(attachments).where(attachments.c.id == attachment["id"])
            connection.execute(old.values(created_at=long_ago))
        connection.commit()
    abandoned = _abandoned(engine)

    sweep_all(app)

    assert alice.get(sent["url"]).status_code == alice.get(fresh["url"]).status_code == 200
    assert alice.get(forgotten["url"]).status_code == 404
    assert count(engine, blobs) == 2
    with engine.connect() as connection:
        assert not connection.execute(select(blobs).where(blobs.c.id == abandoned)).all()


def test_uploads_of_a_killed_process_are_deleted_but_slow_ones_kept(
    app: OpenAPI, engine: Engine
) -> None:
    _abandoned(engine)
    now = 0.0
    slow = ArrivingBlob(engine, clock=lambda: now)
    slow.write(NOISE)
    _set_back(engine, slow, minutes=6)

    now = 60.0
    slow.write(b"a little more")
    sweep_all(app)

    with engine.connect() as connection:
        left = list(connection.execute(select(blobs.c.id)).scalars())
    assert left == [slow.id]
    slow.finish()


def _abandoned(engine: Engine) -> int:
    """A blob as a killed process leaves it."""
    arriving = ArrivingBlob(engine)
    arriving.write(NOISE)
    _set_back(engine, arriving, minutes=6)
    assert arriving.id is not None
    return arriving.id


def _set_back(engine: Engine, arriving: ArrivingBlob, minutes: int) -> None:
    """Move the time of the last piece into the past."""
    with engine.connect() as connection:
        long_ago = utcnow() - timedelta(minutes=minutes)
        touched = update(blobs).where(blobs.c.id == arriving.id).values(touched_at=long_ago)
        connection.execute(touched)
        connection.commit()


def test_a_large_file_is_streamed_not_held_in_memory(alice: Person) -> None:
    size = 40_000_000
    start, end = raw_form(b"|").split(b"|")
    body = io.BufferedReader(_Large(start, size, end))
    tracemalloc.start()
    answer = stream_form(alice, body, len(start) + size + len(end))
    assert answer.status_code == 201, answer.text
    received = 0
    for chunk in alice.get(answer.json["url"], buffered=False).iter_encoded():
        assert len(chunk) <= 1_000_000
        received += len(chunk)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert received == size
    assert peak < 12_000_000


class _Large(GeneratedBody):
    """A form with that many random bytes, generated while it is read."""

    def __init__(self, start: bytes, size: int, end: bytes) -> None:
        self._start, self._left, self._end = start, size, end

    def next_chunk(self, size: int) -> bytes:
        if self._start:
            chunk, self._start = self._start, b""
        elif self._left:
            chunk = os.urandom(min(size, self._left))
            self._left -= len(chunk)
        else:
            chunk, self._end = self._end, b""
        return chunk


def test_concurrent_uploads_per_person_are_limited(app: OpenAPI, alice: Person) -> None:
    gate = app.extensions["messages_service.files"].gate
    with gate.passed(alice.id), gate.passed(alice.id), gate.passed(alice.id), gate.passed(alice.id):
        answer = upload(alice, b"x")
        assert answer.status_code == 429
        assert answer.headers["Retry-After"]
    assert upload(alice, b"x").status_code == 201
