"""Child process for pictures: one comes in; its size, smaller versions and a clean copy go out.

Pictures come from anybody, and decoders have bugs: this process has limits on time and memory,
has no secrets, and imports nothing of Parley. Its one argument is the job, `thumbnail` or
`avatar`. It reads the picture from standard input and writes a line of JSON, the small version
(`small_bytes` long), a medium version of a large picture (`medium_bytes` long), and the original
without its metadata (`clean_bytes` long) where it had any.
"""

import io
import json
import os
import re
import resource
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

THUMBNAIL_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF", "BMP")
THUMBNAIL_BOX = (480, 360)
THUMBNAIL_MAX_PIXELS = 40_000_000
THUMBNAIL_QUALITY = 80
MEDIUM_BOX = (1600, 1600)
MEDIUM_QUALITY = 82
AVATAR_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
AVATAR_SIDE = 256
AVATAR_MAX_PIXELS = 12_000_000
AVATAR_QUALITY = 85
MEMORY_BYTES = {"thumbnail": 288 << 20, "avatar": 512 << 20}
"""Of address space; a container has 512 MiB. Some large pictures need more: no smaller versions."""
CPU_SECONDS = 10
TURNED = (5, 6, 7, 8)
"""EXIF orientations that lay a picture on its side."""
ORIENTATION = 0x0112
BROKEN = (OSError, ValueError, SyntaxError, EOFError, MemoryError, OverflowError)


def main() -> None:
    job = sys.argv[1]
    _set_limits(MEMORY_BYTES[job])
    data = sys.stdin.buffer.read()
    answer, small, medium = _avatar(data) if job == "avatar" else _thumbnail(data)
    clean = _without_metadata(data) if job == "thumbnail" else []
    sizes = {
        "small_bytes": len(small),
        "medium_bytes": len(medium),
        "clean_bytes": sum(map(len, clean)),
    }
    out = sys.stdout.buffer
    out.write(json.dumps(answer | sizes).encode() + b"\n" + small + medium)
    out.writelines(clean)
    out.flush()


def _set_limits(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)


def _thumbnail(data: bytes) -> tuple[dict[str, object], bytes, bytes]:
    """The size, the thumbnail, and the medium version of a picture larger than that one."""
    from PIL import Image  # only now, after the limits

    Image.MAX_IMAGE_PIXELS = None  # ours is checked below, before anything is decoded
    try:
        with Image.open(io.BytesIO(data), formats=THUMBNAIL_FORMATS) as picture:
            if picture.width * picture.height > THUMBNAIL_MAX_PIXELS:
                return {"problem": "too-many-pixels"}, b"", b""
            turned = _orientation(picture) in TURNED
            width, height = picture.size[::-1] if turned else picture.size
            if _is_larger(picture, MEDIUM_BOX):
                small = _small(picture, MEDIUM_BOX)
                medium = _encoded(small, MEDIUM_QUALITY)
                small.thumbnail(THUMBNAIL_BOX, reducing_gap=2.0)
            else:
                small = _small(picture, THUMBNAIL_BOX[::-1] if turned else THUMBNAIL_BOX)
                medium = b""
            encoded = _encoded(small, THUMBNAIL_QUALITY)
    except BROKEN:
        return {"problem": "undecodable"}, b"", b""
    return {"width": width, "height": height}, encoded, medium


def _is_larger(picture: "Picture", box: tuple[int, int]) -> bool:
    """False for animations, too: a smaller version would stand still."""
    is_still = not getattr(picture, "is_animated", False)
    return is_still and (picture.width > box[0] or picture.height > box[1])


def _avatar(data: bytes) -> tuple[dict[str, object], bytes, bytes]:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None
    try:
        picture = Image.open(io.BytesIO(data), formats=AVATAR_FORMATS)
    except BROKEN:
        return {"problem": "no-picture"}, b"", b""
    try:
        if picture.width * picture.height > AVATAR_MAX_PIXELS:
            return {"problem": "too-many-pixels"}, b"", b""
        # The short side has to fill the square.
        longest = AVATAR_SIDE * max(picture.size) // max(1, min(picture.size)) + 1
        small = _small(picture, (longest, longest)).convert("RGBA")
        square = ImageOps.fit(small, (AVATAR_SIDE, AVATAR_SIDE), Image.Resampling.LANCZOS)
        is_opaque = square.getchannel("A").getextrema() == (255, 255)
        shown = square.convert("RGB") if is_opaque else square
        return {}, _encoded(shown, AVATAR_QUALITY), b""
    except BROKEN:
        return {"problem": "undecodable"}, b"", b""


def _orientation(picture: "Picture") -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # broken metadata is no reason to refuse a good picture
        return 1


def _small(picture: "Picture", box: tuple[int, int]) -> "Picture":
    """Upright and in standard colours, no larger than `box`."""
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
    return small


def _encoded(picture: "Picture", quality: int) -> bytes:
    out = io.BytesIO()
    # Nothing of the original's metadata is passed on.
    picture.save(out, "WEBP", quality=quality, method=4, exif=b"", icc_profile=None, xmp=b"")
    return out.getvalue()


def _in_colours(picture: "Picture") -> "Picture":
    """RGB or RGBA of palettes, grey with alpha, CMYK and 16 bits per channel."""
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _in_standard_colours(picture: "Picture") -> "Picture":
    """Convert to sRGB, which a picture without a profile is displayed as."""
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


# Cameras write place, time and serial number into a picture. What follows copies a file without
# them, and what shows is not changed by a bit: colour profiles, animation and orientation stay.

Parts = list[bytes | memoryview]


def _without_metadata(data: bytes) -> Parts:
    """The file in parts, or nothing if it has no metadata, or is not a whole file."""
    copies: dict[bytes, Callable[[bytes, bytes], Iterator[bytes | memoryview]]] = {
        b"\xff\xd8": _clean_jpeg,
        b"\x89P": _clean_png,
        b"GI": _clean_gif,
        b"RI": _clean_webp,
    }
    copy = copies.get(data[:2])
    if copy is None:
        return []
    try:
        parts = list(copy(data, _bare_exif(data)))
    except (IndexError, ValueError, struct.error):
        return []
    return [] if b"".join(parts) == data else parts


def _bare_exif(data: bytes) -> bytes:
    """EXIF that holds the orientation alone; empty if the picture is upright."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=THUMBNAIL_FORMATS) as picture:
            orientation = _orientation(picture)
    except BROKEN:
        return b""
    if not 2 <= orientation <= 8:
        return b""
    entry = struct.pack(">HHHIHHI", 1, ORIENTATION, 3, 1, orientation, 0, 0)
    return b"MM\x00*\x00\x00\x00\x08" + entry


_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _clean_jpeg(data: bytes, exif: bytes) -> Iterator[bytes | memoryview]:
    view, at = memoryview(data), 2
    yield data[:2]
    if exif:
        yield b"\xff\xe1" + struct.pack(">H", len(exif) + 8) + b"Exif\x00\x00" + exif
    while data[at + 1] != 0xD9:
        if data[at] != 0xFF:
            raise ValueError("not a marker")
        marker = data[at + 1]
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if _is_shown(marker, data[at + 4 : at + 16]):
            yield view[at:end]
        at = end
        if marker == 0xDA:
            found = _NEXT_MARKER.search(data, at)
            if found is None:
                raise ValueError("cut off")
            yield view[at : found.start()]
            at = found.start()
    yield b"\xff\xd9"


def _is_shown(marker: int, start: bytes) -> bool:
    if marker == 0xE0:
        return start.startswith(b"JFIF\x00")
    if marker == 0xE2:
        return start.startswith(b"ICC_PROFILE\x00")
    return marker == 0xEE or not (0xE0 <= marker <= 0xEF or marker == 0xFE)


_SHOWN_CHUNKS = frozenset({
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
    b"cICP", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT",
})  # fmt: skip


def _clean_png(data: bytes, exif: bytes) -> Iterator[bytes | memoryview]:
    view, at, name = memoryview(data), 8, b""
    yield data[:8]
    while name != b"IEND":
        (size,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        if at + 12 + size > len(data):
            raise ValueError("cut off")
        if name in _SHOWN_CHUNKS:
            yield view[at : at + 12 + size]
        at += 12 + size
        if name == b"IHDR" and exif:
            checksum = struct.pack(">I", zlib.crc32(b"eXIf" + exif))
            yield struct.pack(">I", len(exif)) + b"eXIf" + exif + checksum


def _clean_webp(data: bytes, exif: bytes) -> Iterator[bytes | memoryview]:
    kept, at = [], 12
    end = 8 + int.from_bytes(data[4:8], "little")
    if data[8:12] != b"WEBP" or end > len(data):
        raise ValueError("not a whole WebP")
    while at < end:
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        chunk = data[at : at + 8 + size + size % 2]
        at += len(chunk)
        if name == b"VP8X":  # says which chunks follow
            chunk = chunk[:8] + bytes([chunk[8] & ~0x0C | (0x08 if exif else 0)]) + chunk[9:]
        if name in (b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"):
            kept.append(chunk)
    if exif:
        kept.append(b"EXIF" + struct.pack("<I", len(exif)) + exif)
    yield b"RIFF" + struct.pack("<I", 4 + sum(len(chunk) for chunk in kept)) + b"WEBP"
    yield from kept


_SHOWN_EXTENSIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def _clean_gif(data: bytes, exif: bytes) -> Iterator[bytes | memoryview]:
    view = memoryview(data)
    at = 13 + _colours(data[10])
    yield view[:at]
    while data[at] != 0x3B:
        start, kind, label = at, data[at], data[at + 1]
        if kind == 0x2C:
            at += 11 + _colours(data[at + 9])
        elif kind == 0x21:
            at += 2
        else:
            raise ValueError("not a block")
        is_shown = kind == 0x2C or label == 0xF9
        is_shown |= label == 0xFF and data[at + 1 : at + 12] in _SHOWN_EXTENSIONS
        while data[at]:
            at += 1 + data[at]
        at += 1
        if is_shown:
            yield view[start:at]
    yield b";"


def _colours(flags: int) -> int:
    """The size of a colour table."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


if __name__ == "__main__":
    main()
