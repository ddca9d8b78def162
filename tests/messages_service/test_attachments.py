"""Files: uploaded, sent with messages, downloaded in parts, seen by members alone."""

import hashlib
import io
import os
import random
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
from PIL import Image
from sqlalchemy import Engine, Table, event, func, select, update

from messages_service.actions.attachments import sweep
from messages_service.app import create_app
from messages_service.blobs import PIECE_BYTES, ArrivingBlob
from messages_service.models_attachments import attachments, blob_pieces, blobs
from messages_service.settings import MessagesSettings
from messages_service.uploads import SILENCE_SECONDS, limit_silence
from servicekit.times import utcnow
from tests.messages_service.conftest import Person, SignUp, parts_of
from tests.messages_service.files import picture, post_raw, raw_form, stream_form, upload, uploaded

NOISE = random.Random(1).randbytes(2 * PIECE_BYTES + 12_345)


def count(engine: Engine, table: Table) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def engine_of(app: OpenAPI) -> Engine:
    with app.app_context():
        return parts_of(app).db.engine


def sweep_all(app: OpenAPI) -> None:
    with app.app_context():
        sweep(parts_of(app))


def test_what_was_uploaded_comes_back_byte_by_byte(alice: Person) -> None:
    attachment = uploaded(alice, NOISE, "noise.dat")

    assert attachment["size"] == len(NOISE)
    assert attachment["name"] == "noise.dat"
    assert attachment["content_type"] == "application/octet-stream"
    assert "width" not in attachment
    answer = alice.get(attachment["url"])
    assert answer.data == NOISE
    assert answer.headers["Content-Length"] == str(len(NOISE))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="noise.dat"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"].startswith("private, max-age=")
    assert answer.headers["ETag"] == f'"{hashlib.sha256(NOISE).hexdigest()}"'


def test_a_message_takes_files_along_and_its_readers_see_them(
    alice: Person, bob: Person, charlie: Person
) -> None:
    one, two = uploaded(alice, b"one" * 100), uploaded(alice, picture(), "two.png", alt="A square")
    assert bob.get(one["url"]).status_code == 404

    message = alice.send("Look", bob, attachments=[two["id"], one["id"]])

    assert message["attachments"] == [two, one]
    assert two["alt"] == "A square"
    assert bob.get(f"/api/messages/{message['id']}").json == message
    page = bob.get(f"/api/conversations/{message['conversation_id']}/messages").json
    assert page == [message]
    assert bob.events(message["conversation_id"])[0]["data"] == message
    assert bob.get(one["url"]).data == b"one" * 100
    for path in (one["url"], two["url"], two["thumbnail_url"], one["url"] + "/details"):
        assert charlie.get(path).status_code == 404, path
    anonymous = charlie.client.get(one["url"])
    assert anonymous.status_code == 401


def test_a_picture_alone_is_a_message(alice: Person, bob: Person) -> None:
    attachment = uploaded(alice, picture(), "p.png")
    answer = alice.post(
        "/api/messages", {"recipient_id": bob.id, "attachments": [attachment["id"]]}
    )

    assert answer.status_code == 201
    assert answer.json["content"] == ""
    nothing = alice.post("/api/messages", {"recipient_id": bob.id, "content": " "})
    assert nothing.status_code == 422
    assert nothing.json["errors"][0]["field"] == "content"


def test_a_file_is_sent_once_and_by_its_uploader(alice: Person, bob: Person) -> None:
    mine = uploaded(alice, b"mine")
    theirs = uploaded(bob, b"theirs")

    def refused(ids: list[int]) -> None:
        answer = alice.post(
            "/api/messages", {"content": "x", "recipient_id": bob.id, "attachments": ids}
        )
        assert answer.status_code == 422, answer.text
        assert answer.json["errors"][0]["field"].startswith("attachments")

    refused([theirs["id"]])
    refused([10**6])
    refused([mine["id"], mine["id"]])
    refused(list(range(1, 12)))
    message = alice.send("Hi", bob, attachments=[mine["id"]])
    assert message["seq"] == 1
    refused([mine["id"]])
    assert bob.post(
        "/api/messages", {"content": "x", "recipient_id": alice.id, "attachments": [mine["id"]]}
    ).status_code == 422  # fmt: skip


def test_sending_again_with_the_same_client_id_sends_no_file_twice(
    alice: Person, bob: Person
) -> None:
    file = uploaded(alice, b"once")
    first = alice.send("x", bob, attachments=[file["id"]], client_id="c1")

    assert alice.send("x", bob, attachments=[file["id"]], client_id="c1") == first
    body = {"content": "x", "recipient_id": bob.id, "client_id": "c1"}
    assert alice.post("/api/messages", body).status_code == 409


def test_two_messages_at_once_cannot_both_have_the_file(alice: Person, bob: Person) -> None:
    room = alice.make_room(bob)
    for _ in range(5):
        file = uploaded(alice, b"wanted")
        body = {"content": "x", "conversation_id": room, "attachments": [file["id"]]}
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(alice.post, ["/api/messages"] * 4, [body] * 4))
        assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422]


def test_a_deleted_message_takes_its_files_along(
    app: OpenAPI, engine: Engine, alice: Person, bob: Person
) -> None:
    file = uploaded(alice, picture(), "p.png")
    message = alice.send("Oh no", bob, attachments=[file["id"]])
    assert bob.get(file["url"]).status_code == 200

    mark = alice.delete(f"/api/messages/{message['id']}").json

    assert mark["attachments"] == []
    for path in (file["url"], file["thumbnail_url"]):
        assert bob.get(path).status_code == alice.get(path).status_code == 404
    assert bob.events(message["conversation_id"])[0]["data"]["attachments"] == []
    sweep_all(app)
    assert count(engine, blobs) == count(engine, blob_pieces) == 0


def test_a_removed_member_no_longer_gets_the_files(alice: Person, bob: Person) -> None:
    room = alice.make_room(bob, visibility="private")
    file = uploaded(alice, b"secret")
    alice.send("x", room, attachments=[file["id"]])
    assert bob.get(file["url"]).status_code == 200

    alice.delete(f"/api/conversations/{room}/members/{bob.id}")

    assert bob.get(file["url"]).status_code == 404


def test_equal_content_is_stored_once_and_kept_while_somebody_needs_it(
    app: OpenAPI, engine: Engine, alice: Person, bob: Person
) -> None:
    one, two = uploaded(alice, NOISE, "one"), uploaded(bob, NOISE, "two")
    assert one["id"] != two["id"]
    assert count(engine, blobs) == 1
    assert count(engine, blob_pieces) == 3

    assert alice.delete(one["url"]).status_code == 204
    sweep_all(app)

    assert alice.get(one["url"]).status_code == 404
    assert bob.get(two["url"]).data == NOISE
    assert bob.delete(two["url"]).status_code == 204
    sweep_all(app)
    assert count(engine, blobs) == count(engine, blob_pieces) == 0


def test_uploading_and_removing_the_same_content_at_once_loses_nobodys_file(
    app: OpenAPI, engine: Engine, alice: Person, bob: Person
) -> None:
    content = NOISE[: PIECE_BYTES + 1]

    def come_and_go(number: int) -> None:
        person = (alice, bob)[number % 2]
        file = uploaded(person, content)
        if number % 3:
            assert person.delete(file["url"]).status_code == 204
            sweep_all(app)
        else:
            assert person.get(file["url"]).data == content

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(come_and_go, range(24)))

    sweep_all(app)
    assert count(engine, attachments) == 8
    assert count(engine, blobs) == 1
    assert count(engine, blob_pieces) == 2


def test_a_sent_file_is_taken_back_with_its_message_alone(alice: Person, bob: Person) -> None:
    file = uploaded(alice, b"sent")
    alice.send("x", bob, attachments=[file["id"]])

    assert alice.delete(file["url"]).json["type"] == "urn:parley:problem:attachment-sent"
    assert alice.patch(file["url"], {"alt": "late"}).status_code == 409
    assert bob.delete(file["url"]).status_code == 409
    assert alice.get(file["url"]).data == b"sent"


def test_a_picture_is_described_before_it_is_sent(alice: Person, bob: Person) -> None:
    file = uploaded(alice, picture(), "p.png")

    assert alice.patch(file["url"], {"alt": " A cat\n"}).json["alt"] == "A cat"
    assert bob.patch(file["url"], {"alt": "not mine"}).status_code == 404
    assert alice.patch(file["url"], {"alt": "\x00"}).status_code == 422
    assert alice.patch(file["url"], {"alt": "x" * 1001}).status_code == 422
    message = alice.send("", bob, attachments=[file["id"]])
    assert message["attachments"][0]["alt"] == "A cat"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    first=st.integers(0, len(NOISE) + 10),
    last=st.none() | st.integers(0, len(NOISE) + 10),
    is_suffix=st.booleans(),
)
def test_any_range_is_that_part(
    app: OpenAPI, noise: tuple[Person, str], first: int, last: int | None, is_suffix: bool
) -> None:
    person, url = noise
    asked = f"bytes=-{first}" if is_suffix else f"bytes={first}-{'' if last is None else last}"
    answer = person.get(url, headers={"Range": asked})

    if is_suffix:
        expected = NOISE[-first:] if first else b""
    else:
        expected = NOISE[first:] if last is None else NOISE[first : last + 1]
    if last is not None and last < first and not is_suffix:
        assert (answer.status_code, answer.data) == (200, NOISE)  # a range that makes no sense
    elif not expected:
        assert answer.status_code == 416
        assert answer.headers["Content-Range"] == f"bytes */{len(NOISE)}"
    else:
        assert answer.data == expected
        assert answer.status_code == (206 if len(expected) < len(NOISE) else 200)
        assert answer.headers["Content-Length"] == str(len(expected))


@pytest.fixture
def noise(alice: Person) -> tuple[Person, str]:
    return alice, uploaded(alice, NOISE)["url"]


def test_a_resumed_download_goes_on_only_with_the_same_file(noise: tuple[Person, str]) -> None:
    alice, url = noise
    etag = alice.get(url).headers["ETag"]

    def status(**headers: str) -> int:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return alice.get(url, headers=given).status_code

    assert status(Range="bytes=5-", If_Range=etag) == 206
    assert status(Range="bytes=5-", If_Range='"another"') == 200
    assert status(Range="bytes=5-", If_Range="Sat, 21 Nov 2026 03:04:05 GMT") == 200
    assert status(If_None_Match=etag) == 304
    assert status(If_None_Match=etag, Range="bytes=5-") == 304
    assert status(Range="bytes=0-1,5-6") == 200
    assert status(Range="lines=1-2") == 200
    assert status(Range="nonsense") == 200
    head = alice.call("HEAD", url)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(NOISE))
    assert head.headers["Accept-Ranges"] == "bytes"


HARMFUL = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.mark.parametrize(
    ("content", "name", "content_type", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "a.txt", "application/pdf", "inline"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x00\xff\xfb\x90", "a.exe", "audio/mpeg", "inline"),
        (HARMFUL.encode(), "a.svg", "text/plain; charset=utf-8", "attachment"),
        (b"<!doctype html><script>alert(1)</script>", "a.png", "text/plain; charset=utf-8", "att"),
        (b"BM is how a bitmap begins", "a.bmp", "text/plain; charset=utf-8", "attachment"),
        (b"GIF89a=1;/* a program and a picture */", "a.gif", "text/plain; charset=utf-8", "att"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "a.png", "application/octet-stream", "attachment"),
        (b"MZ\x90\x00" + b"\x00" * 60, "a.png", "application/x-msdownload", "attachment"),
        ("Grüße, 世界".encode(), "a.txt", "text/plain; charset=utf-8", "attachment"),
        (b"PK\x03\x04" + b"\x00" * 60, "a.jpg", "application/zip", "attachment"),
        (b"\x00\x01\x02\x03", "a.html", "application/octet-stream", "attachment"),
    ],
)  # fmt: skip
def test_content_says_what_a_file_is_not_its_name(
    alice: Person, content: bytes, name: str, content_type: str, kind: str
) -> None:
    file = uploaded(alice, content, name)

    assert file["content_type"] == content_type
    assert "thumbnail_url" not in file
    answer = alice.get(file["url"])
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["Content-Disposition"].startswith(kind)
    assert alice.get(file["url"] + "/thumbnail").status_code == 404


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\alice\\cv.doc", "cv.doc"),
        ('a"b\'c.txt', "abc.txt"),
        ("a%22b%0D%0AX-Evil: 1.txt", "abX-Evil 1.txt"),
        ("фото 猫 🐈.png", "фото 猫 🐈.png"),
        ("e\u0301te\u0301.png", "été.png"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("..", "file"),
        ("", "file"),
        ("   .hidden ", "hidden"),
        ("x" * 300 + ".jpeg", "x" * 195 + ".jpeg"),
    ],
)  # fmt: skip
def test_a_file_name_is_made_harmless_and_keeps_its_script(
    alice: Person, sent: str, kept: str
) -> None:
    escaped = sent.replace("\\", "\\\\").replace('"', '\\"')
    answer = post_raw(alice, raw_form(b"content", escaped))

    assert answer.status_code == 201, answer.text
    assert answer.json["name"] == kept
    disposition = alice.get(answer.json["url"]).headers["Content-Disposition"]
    assert disposition.isascii()
    assert "\n" not in disposition


def test_a_name_in_another_script_is_told_to_browsers_as_the_standard_says(alice: Person) -> None:
    file = uploaded(alice, b"content", "naïve 猫.txt")

    disposition = alice.get(file["url"]).headers["Content-Disposition"]
    assert disposition == (
        "attachment; filename=\"nai_ve _.txt\"; filename*=UTF-8''na%C3%AFve%20%E7%8C%AB.txt"
    )


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (raw_form(b""), 422, "file-empty"),
        (raw_form(b"x").replace(b'name="file"', b'name="other"'), 422, "file-missing"),
        (raw_form(b"x", end=b"\r\n") + raw_form(b"y")[len("--a-boundary\r\n") :], 422, "invalid"),
        (raw_form(b"x" * 5000, end=b""), 400, "broken-form"),
        (b"nonsense", 400, "broken-form"),
        (b"--a-boundary\r\n\r\n\r\n--a-boundary--\r\n", 400, "broken-form"),
        (raw_form(b"x", "\udcff".encode("utf-8", "surrogateescape").decode("latin-1")), 201, ""),
    ],
)
def test_a_form_that_is_none_is_refused_and_leaves_nothing(
    engine: Engine, alice: Person, body: bytes, status: int, code: str
) -> None:
    answer = post_raw(alice, body)

    assert answer.status_code == status, answer.text
    if status != 201:
        assert answer.json["type"] == f"urn:parley:problem:{code}"
        assert count(engine, blobs) == count(engine, blob_pieces) == 0


def test_only_forms_are_taken(alice: Person) -> None:
    for content_type in ("application/json", "multipart/form-data", "text/plain", ""):
        assert post_raw(alice, b"{}", content_type=content_type).status_code == 415
    assert post_raw(alice, raw_form(b"x"), headers={"Authorization": ""}).status_code == 401


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=200), st.integers(0, 300))
def test_no_form_whatever_is_an_error_of_ours(alice: Person, junk: bytes, place: int) -> None:
    form = raw_form(b"content")
    answer = post_raw(alice, form[:place] + junk + form[place:])

    assert answer.status_code in (201, 400, 413, 422)


def test_a_cut_off_upload_leaves_nothing(engine: Engine, alice: Person) -> None:
    body = raw_form(NOISE)[: PIECE_BYTES + 1000]
    answer = stream_form(alice, io.BytesIO(body), len(NOISE) + 200)

    assert answer.status_code == 400
    assert count(engine, blobs) == count(engine, blob_pieces) == count(engine, attachments) == 0


class Silent(io.RawIOBase):
    """A client that says nothing more, as a socket with a time limit tells it."""

    def __init__(self, start: bytes) -> None:
        self._start = start

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        if not self._start:
            raise TimeoutError
        chunk, self._start = self._start[: len(buffer)], self._start[len(buffer) :]
        buffer[: len(chunk)] = chunk
        return len(chunk)


def test_an_upload_that_stalls_is_ended_and_leaves_nothing(engine: Engine, alice: Person) -> None:
    answer = stream_form(alice, Silent(raw_form(NOISE)[:-9]), len(NOISE) + 200)

    assert answer.status_code == 408
    assert answer.json["type"] == "urn:parley:problem:upload-stalled"
    assert count(engine, blobs) == count(engine, blob_pieces) == 0


def test_a_connection_that_stays_silent_is_given_up() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        limit_silence({"gunicorn.socket": ours})
        assert ours.gettimeout() == SILENCE_SECONDS


class Endless(io.RawIOBase):
    """A client that never stops sending; `sent` is what was read of it."""

    def __init__(self) -> None:
        self.sent = 0
        self._start = raw_form(b"", end=b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        chunk, self._start = (self._start or b"\xff" * len(buffer)), b""
        buffer[: len(chunk)] = chunk
        self.sent += len(chunk)
        return len(chunk)


def small_app(app_settings: MessagesSettings, **others: int) -> OpenAPI:
    return create_app(app_settings.model_copy(update=others))


@pytest.mark.parametrize("is_told", [True, False])
def test_a_file_that_is_too_large_is_refused_before_all_of_it_has_come(
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


def test_a_person_has_a_quota_and_others_have_theirs(
    settings: MessagesSettings, sign_up: SignUp
) -> None:
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


def test_a_full_disk_is_told_and_leaves_nothing_half_written(
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
    event.listen(engine, "checkout", lambda connection, *_: connection.execute(limit))


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


def test_what_was_never_sent_or_never_finished_is_swept_away(
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


def test_what_a_killed_process_left_is_swept_soon_but_no_slow_upload(
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
    """As if its last piece had come so long ago."""
    with engine.connect() as connection:
        long_ago = utcnow() - timedelta(minutes=minutes)
        touched = update(blobs).where(blobs.c.id == arriving.id).values(touched_at=long_ago)
        connection.execute(touched)
        connection.commit()


def test_a_large_file_never_sits_in_memory(alice: Person) -> None:
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


class _Large(io.RawIOBase):
    """A form with so many random bytes in it, made as they are read."""

    def __init__(self, start: bytes, size: int, end: bytes) -> None:
        self._start, self._left, self._end = start, size, end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        chunk = self._chunk(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def _chunk(self, size: int) -> bytes:
        if self._start:
            chunk, self._start = self._start, b""
        elif self._left:
            chunk = os.urandom(min(size, self._left))
            self._left -= len(chunk)
        else:
            chunk, self._end = self._end, b""
        return chunk


def test_a_thumbnail_is_small_and_says_nothing_of_the_camera(alice: Person) -> None:
    exif = Image.Exif()
    exif[0x0110] = "Secret camera"
    exif[0x0112] = 6
    photo = picture((1200, 800), "JPEG", exif=exif)

    file = uploaded(alice, photo, "photo.jpg")

    assert (file["width"], file["height"]) == (800, 1200)  # as it is seen, turned
    assert file["content_type"] == "image/jpeg"
    assert alice.get(file["url"]).headers["Content-Disposition"].startswith("inline")
    answer = alice.get(file["thumbnail_url"])
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    small = Image.open(io.BytesIO(answer.data))
    assert small.size == (240, 360)
    assert not small.getexif()
    assert b"Secret" not in answer.data


@pytest.mark.parametrize(
    ("kind", "mode", "content_type"),
    [
        ("PNG", "P", "image/png"),
        ("PNG", "RGBA", "image/png"),
        ("PNG", "LA", "image/png"),
        ("PNG", "I;16", "image/png"),
        ("PNG", "1", "image/png"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("JPEG", "L", "image/jpeg"),
        ("GIF", "P", "image/gif"),
        ("WEBP", "RGBA", "image/webp"),
        ("AVIF", "RGB", "image/avif"),
        ("BMP", "RGB", "image/bmp"),
    ],
)
def test_every_common_kind_of_picture_has_a_thumbnail(
    alice: Person, kind: str, mode: str, content_type: str
) -> None:
    file = uploaded(alice, picture((600, 100), kind, mode), "no-extension")

    assert file["content_type"] == content_type
    assert (file["width"], file["height"]) == (600, 100)
    assert Image.open(io.BytesIO(alice.get(file["thumbnail_url"]).data)).size == (480, 80)


def test_a_decompression_bomb_is_refused_unopened(engine: Engine, alice: Person) -> None:
    bomb = picture((10_000, 10_000), "PNG", "1")
    assert len(bomb) < 50_000

    answer = upload(alice, bomb, "100-megapixels.png")

    assert answer.status_code == 422
    assert answer.json["type"] == "urn:parley:problem:picture-too-large"
    assert answer.json["errors"][0]["field"] == "file"
    assert count(engine, blobs) == 0


def test_a_very_large_picture_within_the_limit_is_taken(alice: Person) -> None:
    file = uploaded(alice, picture((8000, 5000), "PNG", "P"), "40-megapixels.png")

    assert (file["width"], file["height"]) == (8000, 5000)
    assert alice.get(file["thumbnail_url"]).status_code == 200


def test_uploads_have_room_for_each_other(app: OpenAPI, alice: Person) -> None:
    gate = app.extensions["messages_service.files"].gate
    with gate.passed(alice.id), gate.passed(alice.id), gate.passed(alice.id), gate.passed(alice.id):
        answer = upload(alice, b"x")
        assert answer.status_code == 429
        assert answer.headers["Retry-After"]
    assert upload(alice, b"x").status_code == 201


def test_a_page_costs_the_same_queries_however_many_files_and_polls_are_on_it(
    engine: Engine, alice: Person, bob: Person
) -> None:
    room = alice.make_room(bob)

    def add() -> None:
        ids = [uploaded(alice, os.urandom(10))["id"] for _ in range(2)]
        alice.send("Files", room, attachments=ids)
        poll = {"conversation_id": room, "question": "Where?", "choices": ["Here", "There"]}
        assert alice.post("/api/polls", poll).status_code == 201

    def queries() -> int:
        asked: list[str] = []

        def note(*arguments: object) -> None:
            asked.append(str(arguments[2]))

        event.listen(engine, "before_cursor_execute", note)
        page = bob.get(f"/api/conversations/{room}/messages").json
        event.remove(engine, "before_cursor_execute", note)
        assert page[-1]["poll"]["my_choice_ids"] == []
        return len(asked)

    add()
    bob.get("/api/conversations")
    few = queries()
    for _ in range(5):
        add()
    assert queries() == few
