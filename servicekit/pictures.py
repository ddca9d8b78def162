"""Looks at pictures in child processes: how large they are, and a small one to show."""

import logging
import subprocess
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from messages_service.thumbnailer import MAX_PIXELS
from servicekit.errors import Invalid

PROGRAM = Path(__file__).with_name("thumbnailer.py")
MAX_PICTURE_BYTES = 50_000_000
"""The child has a picture's file in memory; larger ones are files without a thumbnail."""
SECONDS = 20
AT_ONCE = 2
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Picture:
    """What can be said of a picture; `width` and `height` as it is seen, turned by its EXIF."""

    width: int
    height: int
    content_type: str
    thumbnail: bytes


class Thumbnails:
    """Makes thumbnails, two at a time, so that a heap of pictures leaves the machine usable."""

    def __init__(self) -> None:
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def look_at(self, content: Iterable[bytes], size: int) -> Picture | None:
        """None if it cannot be decoded; raises Invalid if it has more pixels than anybody wants."""
        if size > MAX_PICTURE_BYTES:
            return None
        with self._turns:
            output = _run(content)
        line, _, thumbnail = output.partition(b"\n")
        answer: dict[str, Any] = orjson.loads(line) if line else {"problem": "undecodable"}
        if answer.get("problem") == "too-many-pixels":
            limit = f"{MAX_PIXELS // 1_000_000} megapixels"
            raise Invalid.field("file", f"must have at most {limit}", "picture-too-large")
        if "problem" in answer:
            return None
        return Picture(answer["width"], answer["height"], answer["content_type"], thumbnail)


def _run(content: Iterable[bytes]) -> bytes:
    """The child's output; empty if it came to a bad end."""
    # -I: neither the environment nor the working directory decides what the child imports.
    child = subprocess.Popen(
        (sys.executable, "-I", str(PROGRAM)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
    )
    alarm = threading.Timer(SECONDS, child.kill)
    alarm.start()
    try:
        assert child.stdin is not None
        with suppress(BrokenPipeError):
            for piece in content:
                child.stdin.write(piece)
        output, _ = child.communicate()
    finally:
        alarm.cancel()
        child.kill()
        child.wait()
    if child.returncode != 0:
        log.warning("thumbnailer: ended with %s", child.returncode)
        return b""
    return output
