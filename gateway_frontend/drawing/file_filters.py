"""How templates show files and polls.

`files/file-words.js` and `polls/poll-card.js` show the same in the browser.
"""

from flask import Flask

from gateway_frontend.shapes.messages import Attachment, Poll
from servicekit.language import _, current_language, ngettext

ONE_PICTURE = (400, 300)
OF_SEVERAL = (240, 180)
KINDS = {"audio": "sound", "video": "film"}
UNITS = ("KB", "MB", "GB")


def install_file_filters(app: Flask) -> None:
    """Register the filters under their own names."""
    for show in (file_kind, file_size, file_type, fitted, poll_count, poll_kind):
        app.jinja_env.filters[show.__name__] = show


def file_kind(file: Attachment) -> str:
    """`picture`, `sound`, `film`, or `file` for downloads."""
    if file.get("thumbnail_url"):
        return "picture"
    return KINDS.get(file["content_type"].partition("/")[0], "file")


def file_size(size: int) -> str:
    """`812 bytes`, `1.2 MB`"""
    if size < 1000:
        return ngettext("%(num)s byte", "%(num)s bytes", size)
    shown, unit = size / 1000, UNITS[0]
    for larger in UNITS[1:]:
        if shown < 999.5:
            break
        shown, unit = shown / 1000, larger
    number = f"{shown:.1f}" if shown < 10 else f"{shown:.0f}"
    return f"{number.replace('.', current_language().decimal_point)} {unit}"


def file_type(name: str) -> str:
    """`PDF`, from the extension; `File` without one."""
    extension = name.rpartition(".")[2] if "." in name else ""
    return extension.upper() if 0 < len(extension) <= 5 else _("File")


def fitted(file: Attachment, count: int) -> dict[str, int]:
    """The size at which a picture is shown beside `count - 1` others, never enlarged."""
    box_width, box_height = ONE_PICTURE if count == 1 else OF_SEVERAL
    width, height = file["width"] or 1, file["height"] or 1
    scale = min(1, box_width / width, box_height / height)
    return {"width": max(1, round(width * scale)), "height": max(1, round(height * scale))}


def poll_count(poll: Poll) -> str:
    """`10 votes`; for multiple choice, the number of people who voted."""
    count = poll["voter_count"]
    if poll["multiple"]:
        return ngettext("%(num)s voter", "%(num)s voters", count)
    return ngettext("%(num)s vote", "%(num)s votes", count)


def poll_kind(poll: Poll) -> str:
    """Its special properties, each after a dot."""
    said = [
        (poll["multiple"], _("several choices")),
        (poll["anonymous"], _("anonymous")),
        (poll["closed"], _("closed")),
    ]
    return "".join(f" · {words}" for holds, words in said if holds)
