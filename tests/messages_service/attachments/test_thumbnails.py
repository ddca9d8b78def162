"""Pictures: how large they are, and a small one of each."""

import io

import pytest
from PIL import Image
from sqlalchemy import Engine

from messages_service.attachments.models import blobs
from tests.messages_service.attachments.files import (
    count,
    picture,
    upload,
    uploaded,
)
from tests.messages_service.conftest import Person


def test_a_thumbnail_is_small_and_has_no_camera_metadata(alice: Person) -> None:
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


def test_a_decompression_bomb_is_rejected_without_decoding(engine: Engine, alice: Person) -> None:
    bomb = picture((10_000, 10_000), "PNG", "1")
    assert len(bomb) < 50_000

    answer = upload(alice, bomb, "100-megapixels.png")

    assert answer.status_code == 422
    assert answer.json["type"] == "urn:parley:problem:picture-too-large"
    assert answer.json["errors"][0]["field"] == "file"
    assert count(engine, blobs) == 0


def test_a_very_large_picture_within_the_limit_is_accepted(alice: Person) -> None:
    file = uploaded(alice, picture((8000, 5000), "PNG", "P"), "40-megapixels.png")

    assert (file["width"], file["height"]) == (8000, 5000)
    assert alice.get(file["thumbnail_url"]).status_code == 200
