"""The limits of requests to the public web: redirects, size, time, certificates."""

import time
from pathlib import Path

import certifi
import pytest

from servicekit.public_web.addresses import NotFetched, RefusedAddress
from servicekit.public_web.client import PublicWeb
from tests.servicekit.public_web.site import (
    LIMITS,
    Site,
    answer_names,
    certified,
    on_loopback,
    served,
)


def test_an_answer_comes_with_its_status_headers_and_last_address(
    site: tuple[str, type[Site]], web: PublicWeb
) -> None:
    answer = web.get(f"{site[0]}/moved", **LIMITS)

    assert (answer.url, answer.status, answer.body) == (f"{site[0]}/page", 200, b"hello")
    assert answer.is_whole
    assert answer.headers["content-length"] == "5"


@pytest.mark.parametrize(("path", "error"), [("inward", RefusedAddress), ("local", RefusedAddress)])
def test_a_redirect_is_checked_like_the_first_address(
    site: tuple[str, type[Site]], web: PublicWeb, path: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        web.get(f"{site[0]}/{path}", **LIMITS)


def test_only_a_few_redirects_are_followed(site: tuple[str, type[Site]], web: PublicWeb) -> None:
    before = len(site[1].seen)
    with pytest.raises(NotFetched, match="redirects"):
        web.get(f"{site[0]}/round", max_redirects=2, **LIMITS)
    assert len(site[1].seen) - before == 3


def test_a_post_does_not_follow_redirects(site: tuple[str, type[Site]], web: PublicWeb) -> None:
    answer = web.post(f"{site[0]}/moved", b"{}", {"Content-Type": "application/json"}, **LIMITS)

    assert answer.status == 302
    assert site[1].seen[-1][::2] == ("POST /moved", b"{}")


@pytest.mark.parametrize("path", ["large", "endless"])
def test_a_body_is_read_up_to_its_limit(
    site: tuple[str, type[Site]], web: PublicWeb, path: str
) -> None:
    answer = web.get(f"{site[0]}/{path}", **LIMITS)

    assert len(answer.body) == 1000
    assert not answer.is_whole


@pytest.mark.parametrize("path", ["slow", "stalled"])
def test_the_time_of_a_whole_request_is_limited(
    site: tuple[str, type[Site]], web: PublicWeb, path: str
) -> None:
    started = time.monotonic()
    with pytest.raises(NotFetched):
        web.get(f"{site[0]}/{path}", max_bytes=10**6, seconds=0.3)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("path", ["compressed", "garbage"])
def test_an_answer_that_was_not_asked_for_is_an_error(
    site: tuple[str, type[Site]], web: PublicWeb, path: str
) -> None:
    with pytest.raises(NotFetched):
        web.get(f"{site[0]}/{path}", **LIMITS)


def test_certificates_are_checked_for_the_name_of_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certifi, "where", lambda: str(tmp_path / "certificate.pem"))
    with served(certified(tmp_path, "shop.example")) as (port, _):
        web = PublicWeb("Parley/test", permits=on_loopback)
        answer_names(monkeypatch, [["127.0.0.1"]] * 2)

        assert web.get(f"https://shop.example:{port}/", **LIMITS).body == b"hello"
        with pytest.raises(NotFetched, match="CERTIFICATE_VERIFY_FAILED"):
            web.get(f"https://other.example:{port}/", **LIMITS)
