"""Pictures of people and of the place: receiving and checking uploads, and making small squares."""

from flask import request

from servicekit.language import _
from servicekit.pictures import SMALL_TYPE, PictureRefused, Pictures
from servicekit.web.errors import TooLarge, UnsupportedMediaType

CONTENT_TYPE = SMALL_TYPE
FORMATS = ("image/png", "image/jpeg", "image/webp", "image/gif")
MAX_BYTES = 5_000_000
"""Size of an uploaded file."""
FORM_BYTES = 10_000
"""The overhead of a form."""
_pictures = Pictures()

__all__ = [
    "CONTENT_TYPE",
    "FORMATS",
    "MAX_BYTES",
    "PictureRefused",
    "make_avatar",
    "uploaded_picture",
]


def uploaded_picture() -> bytes:
    """The body of the request, or its form's `file`."""
    request.max_content_length = MAX_BYTES + FORM_BYTES
    if request.mimetype == "multipart/form-data":
        file = request.files.get("file")
        if file is None:
            raise PictureRefused(_("is missing"))
        content = file.stream.read(MAX_BYTES + 1)
    elif request.mimetype.startswith("image/"):
        content = request.get_data()
    else:
        raise UnsupportedMediaType(_("Send a picture, or a form with a picture in 'file'."))
    if len(content) > MAX_BYTES:
        raise TooLarge(_("Pictures may have 5 MB at most."))
    return content


def make_avatar(content: bytes) -> bytes:
    """A small square without the original's metadata; raises PictureRefused."""
    return _pictures.make_avatar(content)
