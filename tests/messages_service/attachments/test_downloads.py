"""Downloads: ranges, content types and file names."""

import pytest
from flask_openapi3.openapi import OpenAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.messages_service.attachments.files import (
    NOISE,
    post_raw,
    raw_form,
    uploaded,
)
from tests.messages_service.conftest import Person
from tests.support.examples import examples


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    first=st.integers(0, len(NOISE) + 10),
    last=st.none() | st.integers(0, len(NOISE) + 10),
    is_suffix=st.booleans(),
)
def test_a_range_request_returns_that_part(
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


def test_a_download_resumes_only_on_an_unchanged_file(noise: tuple[Person, str]) -> None:
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
def test_the_content_type_comes_from_the_content_not_the_name(
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
def test_a_file_name_is_sanitised_and_keeps_its_script(alice: Person, sent: str, kept: str) -> None:
    escaped = sent.replace("\\", "\\\\").replace('"', '\\"')
    answer = post_raw(alice, raw_form(b"content", escaped))

    assert answer.status_code == 201, answer.text
    assert answer.json["name"] == kept
    disposition = alice.get(answer.json["url"]).headers["Content-Disposition"]
    assert disposition.isascii()
    assert "\n" not in disposition


def test_non_ascii_file_names_are_sent_as_rfc_6266_requires(alice: Person) -> None:
    file = uploaded(alice, b"content", "naïve 猫.txt")

    disposition = alice.get(file["url"]).headers["Content-Disposition"]
    assert disposition == (
        "attachment; filename=\"nai_ve _.txt\"; filename*=UTF-8''na%C3%AFve%20%E7%8C%AB.txt"
    )
