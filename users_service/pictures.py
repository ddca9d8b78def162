"""Profile pictures: checking uploads and making avatars."""

from servicekit.pictures import SMALL_TYPE, PictureRefused, Pictures

CONTENT_TYPE = SMALL_TYPE
MAX_BYTES = 5_000_000
"""Size of an uploaded file."""
_pictures = Pictures()

__all__ = ["CONTENT_TYPE", "MAX_BYTES", "PictureRefused", "make_avatar"]


def make_avatar(content: bytes) -> bytes:
    """A small square without the original's metadata; raises PictureRefused."""
    return _pictures.make_avatar(content)
