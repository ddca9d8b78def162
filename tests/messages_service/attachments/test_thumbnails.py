"""Pictures: how large they are, and a small one of each."""

import io

import pytest
from flask_openapi3.openapi import OpenAPI
from PIL import Image
from sqlalchemy import Engine

from messages_service.attachments.models import blobs, medium_pictures, thumbnails
from tests.messages_service.attachments.files import (
    count,
    picture,
    sweep_all,
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


def test_a_large_picture_has_a_version_for_the_screen(alice: Person) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    file = uploaded(alice, picture((4000, 2000), "JPEG", exif=exif), "photo.jpg")

    answer = alice.get(file["medium_url"])

    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    medium = Image.open(io.BytesIO(answer.data))
    assert medium.size == (800, 1600)
    assert not medium.getexif()
    assert Image.open(io.BytesIO(alice.get(file["thumbnail_url"]).data)).size == (180, 360)


def test_small_and_animated_pictures_are_shown_as_they_are(alice: Person) -> None:
    frames = [Image.new("RGB", (1700, 10), colour) for colour in ("red", "blue")]
    moving = io.BytesIO()
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:])
    for content in (picture((1600, 900), "PNG"), moving.getvalue()):
        file = uploaded(alice, content, "picture")
        medium = alice.get(file["medium_url"])
        assert medium.data == alice.get(file["url"]).data
        assert medium.headers["Content-Type"] == file["content_type"]


def test_the_versions_of_a_removed_picture_are_removed(
    engine: Engine, app: OpenAPI, alice: Person
) -> None:
    file = uploaded(alice, picture((4000, 2000)), "photo.png")
    assert (count(engine, thumbnails), count(engine, medium_pictures)) == (1, 1)
    alice.delete(file["url"])
    sweep_all(app)
    assert (count(engine, thumbnails), count(engine, medium_pictures)) == (0, 0)


@pytest.mark.slow
def test_a_picture_that_needs_too_much_memory_has_no_thumbnail(alice: Person) -> None:
    content = picture((6300, 6300), "WEBP", "RGBA")

    file = uploaded(alice, content, "40-megapixels.webp")

    assert "thumbnail_url" not in file
    assert alice.get(file["url"]).data == content
