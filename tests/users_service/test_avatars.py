"""Pictures of people."""

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from tests.users_service.avatars import picture, put_avatar
from tests.users_service.conftest import Person


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_becomes_a_small_square(bob: Person, kind: str) -> None:
    answer = put_avatar(bob, picture(kind), f"image/{kind.lower()}")
    assert answer.status_code == 200, answer.text
    url = answer.json["avatar_url"]
    assert url.startswith(f"/api/users/{bob.id}/avatar?v=")
    shown = bob.get(url)
    assert shown.content_type == "image/webp"
    assert Image.open(io.BytesIO(shown.data)).size == (256, 256)
    assert bob.service.feed()[-1][1]["avatar_url"] == url
    assert bob.service.get(url).status_code == 401


def test_a_form_upload_becomes_a_small_square(bob: Person) -> None:
    form = {"file": (io.BytesIO(picture()), "me.png")}
    answer = bob.put(f"/api/users/{bob.id}/avatar", data=form)
    assert answer.status_code == 200


def test_an_avatar_loses_its_metadata(bob: Person) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    put_avatar(bob, picture("JPEG", exif=exif), "image/jpeg")
    shown = bob.get(f"/api/users/{bob.id}/avatar").data
    assert b"taken at home" not in shown
    assert not Image.open(io.BytesIO(shown)).getexif()


def test_an_avatar_can_be_deleted(bob: Person) -> None:
    put_avatar(bob, picture())
    assert bob.delete(f"/api/users/{bob.id}/avatar").status_code == 204
    assert bob.get(f"/api/users/{bob.id}/avatar").status_code == 404
    assert bob.get("/api/users/me").json["avatar_url"] is None


def test_members_cannot_set_avatars_of_others(alice: Person, bob: Person) -> None:
    assert put_avatar(bob, picture(), of=alice.id).status_code == 403
    assert put_avatar(alice, picture(), of=bob.id).status_code == 200
    assert put_avatar(alice, picture(), of=99).status_code == 404


def test_an_unchanged_avatar_is_a_304(bob: Person) -> None:
    url = put_avatar(bob, picture()).json["avatar_url"]
    etag = bob.get(url).headers["ETag"]
    headers = {"Authorization": f"Bearer {bob.token}", "If-None-Match": etag}
    assert bob.service.get(url, headers=headers).status_code == 304


def _bomb() -> bytes:
    """A PNG whose header declares 60,000 pixels square."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\x00\x00\x00\x00IDAT"


@pytest.mark.parametrize(
    ("draw", "content_type", "status"),
    [
        (lambda: b"", "image/png", 422),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", 422),
        (lambda: b"not a picture", "image/png", 422),
        (lambda: picture()[:200], "image/png", 422),
        (lambda: picture("BMP"), "image/bmp", 422),
        (lambda: picture("PNG", (6000, 5000)), "image/png", 422),
        (_bomb, "image/png", 422),
        (lambda: picture("BMP", (1400, 1400)), "image/bmp", 413),
        (picture, "text/plain", 415),
        (lambda: b"", "multipart/form-data; boundary=x", 422),
        (lambda: b"--x", "multipart/form-data", 422),
    ],
)
def test_an_invalid_picture_is_rejected(
    shared_bob: Person, draw: Callable[[], bytes], content_type: str, status: int
) -> None:
    answer = put_avatar(shared_bob, draw(), content_type)
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    assert shared_bob.get("/api/users/me").json["avatar_url"] is None
