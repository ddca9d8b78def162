"""The type of a file, from its content, and whether a browser may show it inline."""

import unicodedata

import filetype

HEAD = 8192
"""As many bytes of a file as are looked at."""
TEXT = "text/plain; charset=utf-8"
UNKNOWN = "application/octet-stream"
PICTURE_TYPES = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"}
)
AUDIO_TYPES = frozenset(
    {"audio/mpeg", "audio/ogg", "audio/mp4", "audio/wav", "audio/flac", "audio/aac", "audio/webm"}
)
VIDEO_TYPES = frozenset({"video/mp4", "video/webm", "video/quicktime"})
PDF = "application/pdf"
INLINE_TYPES = PICTURE_TYPES | AUDIO_TYPES | VIDEO_TYPES | {PDF}

_SAME = {
    "image/apng": "image/png",
    "audio/x-wav": "audio/wav",
    "audio/x-flac": "audio/flac",
    "video/x-m4v": "video/mp4",
}
_WRITTEN_AS_TEXT = frozenset({PDF, "application/rtf", "application/postscript"})
_SPACES = frozenset("\t\n\r\f")


def content_type_of(head: bytes) -> str:
    """The type of content that begins with `head`.

    Text is text even if it begins like a picture, and markup (SVG, HTML) is text: a browser
    runs no script in text.
    """
    kind = filetype.guess_mime(head)
    kind = _SAME.get(kind, kind)
    if kind in _WRITTEN_AS_TEXT:
        return str(kind)
    if _is_text(head):
        return TEXT
    return kind or UNKNOWN


def without_picture(head: bytes) -> str:
    """The type of content that is not the picture it claims to be."""
    return TEXT if _is_text(head) else UNKNOWN


def is_shown_inline(content_type: str, *, is_decoded: bool) -> bool:
    """Pictures only after our own decoder has read them."""
    return content_type in INLINE_TYPES and (is_decoded or content_type not in PICTURE_TYPES)


def _is_text(head: bytes) -> bool:
    for cut in range(4):  # the last character may be cut in two by the end of the head
        try:
            text = head[: len(head) - cut].decode()
        except UnicodeDecodeError:
            continue
        return not any(unicodedata.category(c) == "Cc" and c not in _SPACES for c in text)
    return False
