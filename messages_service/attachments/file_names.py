"""File names: made harmless on the way in, written as RFC 6266 has them on the way out."""

import re
import unicodedata
from urllib.parse import quote

from messages_service.attachments.models import MAX_FILE_NAME
from servicekit.web.schemas import is_control

NAMELESS = "file"
_QUOTES = re.compile(r"[\"'`“”„‟«»<>|?*:]")
_FORM_ESCAPES = re.compile("%(?:22|0[aAdD])")
"""How browsers write quotes and line ends into a form's file name."""
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ._()+-]")
_RFC_8187 = "!#$&+-.^_`|~"


def clean_file_name(name: str) -> str:
    """The name without folders, quotes, line ends and control characters, in any script."""
    name = _FORM_ESCAPES.sub("", name).replace("\\", "/").rpartition("/")[2]
    name = unicodedata.normalize("NFC", name)
    name = "".join(char for char in name if not _is_unwanted(char))
    name = " ".join(_QUOTES.sub("", name).split()).strip(". ")
    return _shortened(name) or NAMELESS


def content_disposition(kind: str, name: str) -> str:
    """`inline` or `attachment` with the name, twice where it is not plain ASCII."""
    # `%` too is left out of the plain form: some browsers decode it.
    plain = _NOT_PLAIN.sub("_", unicodedata.normalize("NFKD", name))
    value = f'{kind}; filename="{plain}"'
    if plain != name:
        value += f"; filename*=UTF-8''{quote(name, safe=_RFC_8187)}"
    return value


def _is_unwanted(char: str) -> bool:
    """Controls, bidi overrides, line separators, and code points without a character."""
    return is_control(char) or unicodedata.category(char) in ("Cs", "Cn", "Co", "Zl", "Zp")


def _shortened(name: str) -> str:
    """At most MAX_FILE_NAME characters, the extension kept."""
    if len(name) <= MAX_FILE_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 20:
        return name[:MAX_FILE_NAME].rstrip(". ")
    return stem[: MAX_FILE_NAME - len(extension) - 1].rstrip(". ") + dot + extension
