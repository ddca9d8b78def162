"""Untrusted pictures, decoded in a child process with limits on time and memory."""

import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import orjson

from servicekit.language import _
from servicekit.picture_child import AVATAR_MAX_PIXELS, THUMBNAIL_MAX_PIXELS
from servicekit.web.errors import Invalid, Unavailable

PROGRAM = Path(__file__).with_name("picture_child.py")
SMALL_TYPE = "image/webp"
"""Thumbnails, medium versions and avatars."""
MAX_PICTURE_BYTES = 50_000_000
"""The child has a picture's file in memory; larger ones are files without a thumbnail."""
SECONDS = 20
"""Wall-clock time for a picture."""
THUMBNAILS_AT_ONCE = 1
AVATARS_AT_ONCE = 1
CHUNK_BYTES = 64 * 1024
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Picture:
    """`width` and `height` are as the picture is seen, turned by its EXIF.

    `medium` is None for animations, and for pictures that are no larger than it.
    """

    width: int
    height: int
    content_type: str
    thumbnail: bytes
    medium: bytes | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """`picture` is None if undecodable; `is_cleaned` if there is a copy without metadata."""

    picture: Picture | None = None
    is_cleaned: bool = False


class PictureRefused(Invalid):
    """The upload is not a picture of an accepted kind."""

    def __init__(self, why: str) -> None:
        super().__init__(
            [{"field": "file", "message": why}],
            _("The picture %(problem)s.", problem=why),
            "picture-refused",
        )


class Pictures:
    """Runs the child, a few at a time, so that many pictures leave the machine usable."""

    def __init__(self) -> None:
        self._thumbnails = threading.BoundedSemaphore(THUMBNAILS_AT_ONCE)
        self._avatars = threading.BoundedSemaphore(AVATARS_AT_ONCE)

    def look_at(
        self, content: Iterable[bytes], size: int, keep_clean: Callable[[bytes], None]
    ) -> Looked:
        """Measure a picture and make smaller versions; `keep_clean` gets a copy without metadata.

        Raises Invalid for more than THUMBNAIL_MAX_PIXELS.
        """
        if size > MAX_PICTURE_BYTES:
            return Looked()
        with self._thumbnails:
            answer, thumbnail, medium = _run("thumbnail", content, keep_clean)
        problem = answer.get("problem")
        if problem == "too-many-pixels":
            limit = THUMBNAIL_MAX_PIXELS // 1_000_000
            words = _("must have at most %(limit)s megapixels", limit=limit)
            raise Invalid.field("file", words, "picture-too-large")
        is_cleaned = answer.get("clean_bytes", 0) > 0
        if problem is not None:
            return Looked(None, is_cleaned)
        picture = Picture(answer["width"], answer["height"], SMALL_TYPE, thumbnail, medium or None)
        return Looked(picture, is_cleaned)

    def make_avatar(self, content: bytes) -> bytes:
        """A square WebP of 256 pixels without the original's metadata; raises PictureRefused."""
        with self._avatars:
            answer, avatar, _medium = _run("avatar", [content], lambda data: None)
        match answer.get("problem"):
            case None:
                return avatar
            case "too-many-pixels":
                limit = AVATAR_MAX_PIXELS // 1_000_000
                raise PictureRefused(_("has more than %(limit)s million pixels", limit=limit))
            case "no-picture":
                raise PictureRefused(_("is not a PNG, JPEG, WebP or GIF"))
            case _:
                raise PictureRefused(_("is damaged"))


def _run(
    job: Literal["thumbnail", "avatar"],
    content: Iterable[bytes],
    keep_clean: Callable[[bytes], None],
) -> tuple[dict[str, Any], bytes, bytes]:
    """The child's answer, and two smaller versions; a child that crashed means a broken picture."""
    child = _start_child(job)
    alarm = threading.Timer(SECONDS, child.kill)
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        _start_alarm(alarm)
        with suppress(BrokenPipeError):
            for piece in content:
                child.stdin.write(piece)
        with suppress(BrokenPipeError):
            child.stdin.close()
        line = child.stdout.readline()
        answer: dict[str, Any] = orjson.loads(line) if line else {}
        small = child.stdout.read(answer.get("small_bytes", 0))
        medium = child.stdout.read(answer.get("medium_bytes", 0))
        while chunk := child.stdout.read(CHUNK_BYTES):
            keep_clean(chunk)
        child.wait()
    finally:
        alarm.cancel()
        child.kill()
        child.wait()
        child.stdout.close()
    if child.returncode != 0:
        log.warning("picture child: ended with %s", child.returncode)
        return {"problem": "undecodable"}, b"", b""
    return answer, small, medium


def _start_child(job: str) -> "subprocess.Popen[bytes]":
    # -I: neither the environment nor the working directory decides what the child imports.
    try:
        return subprocess.Popen(
            (sys.executable, "-I", str(PROGRAM), job),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
        )
    except OSError as error:  # no process, memory or descriptor left
        raise _unavailable(error) from error


def _start_alarm(alarm: threading.Timer) -> None:
    try:
        alarm.start()
    except RuntimeError as error:  # no thread left
        raise _unavailable(error) from error


def _unavailable(error: Exception) -> Unavailable:
    log.warning("picture child: not started: %s", error)
    return Unavailable(_("Pictures cannot be processed at the moment; try again in a moment."))
