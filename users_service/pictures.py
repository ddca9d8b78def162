"""From an uploaded picture to the small square that is kept: decoded with care, encoded anew."""

import io
import threading

from PIL import Image, ImageOps, UnidentifiedImageError

from servicekit.errors import FieldError, Invalid

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
CONTENT_TYPE = "image/webp"
SIDE = 256
MAX_BYTES = 5_000_000
MAX_PIXELS = 25_000_000
_turns = threading.BoundedSemaphore(2)
"""A picture takes some 200 MB while it is decoded."""


class PictureRefused(Invalid):
    """What came is no picture that is taken here."""

    def __init__(self, why: str) -> None:
        error: FieldError = {"field": "file", "message": why}
        super().__init__([error], f"The picture {why}.", "picture-refused")


def make_avatar(content: bytes) -> bytes:
    """A square WebP of `SIDE` pixels without the original's metadata; raises PictureRefused."""
    try:
        with _turns, Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            # Only the header has been read; the rest is when it is known to be small enough.
            if picture.width * picture.height > MAX_PIXELS:
                raise PictureRefused(f"has more than {MAX_PIXELS // 1_000_000} million pixels")
            picture.draft("RGB", (2 * SIDE, 2 * SIDE))
            upright = ImageOps.exif_transpose(picture)
            square = ImageOps.fit(upright.convert("RGBA"), (SIDE, SIDE), Image.Resampling.LANCZOS)
            return _encoded(square)
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise PictureRefused("is not a PNG, JPEG, WebP or GIF of a sensible size") from None
    except (OSError, SyntaxError, ValueError, EOFError, OverflowError, MemoryError):
        raise PictureRefused("is damaged") from None


def _encoded(picture: Image.Image) -> bytes:
    is_opaque = picture.getchannel("A").getextrema() == (255, 255)
    buffer = io.BytesIO()
    (picture.convert("RGB") if is_opaque else picture).save(buffer, "WEBP", quality=85)
    return buffer.getvalue()
