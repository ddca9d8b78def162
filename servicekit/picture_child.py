"""A child process of its own: a picture comes in, its size and a thumbnail go out.

Pictures come from anybody, and decoders have bugs: this process has limits on time and memory,
knows no secret, and imports nothing of Parley. It writes one line of JSON, then the thumbnail.
"""

import io
import json
import os
import resource
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF", "BMP")
BOX = (480, 360)
MAX_PIXELS = 40_000_000
MEMORY_BYTES = 1 << 30
CPU_SECONDS = 10
QUALITY = 80
TURNED = (5, 6, 7, 8)
"""EXIF orientations that lay a picture on its side."""
ORIENTATION = 0x0112


def main() -> None:
    _limit_oneself()
    answer, thumbnail = _look_at(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + thumbnail)


def _limit_oneself() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)


def _look_at(data: bytes) -> tuple[dict[str, object], bytes]:
    from PIL import Image  # only now, after the limits

    Image.MAX_IMAGE_PIXELS = None  # ours is checked below, before anything is decoded
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return {"problem": "too-many-pixels"}, b""
            turned = _orientation(picture) in TURNED
            size = picture.size[::-1] if turned else picture.size
            thumbnail = _thumbnail(picture, BOX[::-1] if turned else BOX)
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, OverflowError):
        return {"problem": "undecodable"}, b""
    return {"width": size[0], "height": size[1], "content_type": "image/webp"}, thumbnail


def _orientation(picture: "Picture") -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # broken metadata is no reason to refuse a good picture
        return 1


def _thumbnail(picture: "Picture", box: tuple[int, int]) -> bytes:
    from PIL import ImageOps

    orientation = _orientation(picture)
    if picture.format == "JPEG":
        picture.draft(None, (box[0] * 2, box[1] * 2))
    small = picture if picture.mode in ("RGB", "RGBA", "L") else _in_colours(picture)
    small.thumbnail(box, reducing_gap=2.0)
    small = _in_standard_colours(small)
    if orientation != 1:
        exif = small.getexif()
        exif[ORIENTATION] = orientation
        small = ImageOps.exif_transpose(small)
    out = io.BytesIO()
    # Nothing of the original's metadata is passed on.
    small.save(out, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=None, xmp=b"")
    return out.getvalue()


def _in_colours(picture: "Picture") -> "Picture":
    """RGB or RGBA of palettes, grey with alpha, CMYK and 16 bits per channel."""
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _in_standard_colours(picture: "Picture") -> "Picture":
    """Without its profile a picture is taken for sRGB, so it has to be that."""
    from PIL import ImageCms

    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA"):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        changed = ImageCms.profileToProfile(picture, source, target, outputMode=picture.mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return changed or picture


if __name__ == "__main__":
    main()
