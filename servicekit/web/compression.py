"""Compressed answers: pages and JSON of some size, for clients that accept gzip.

Somebody who sees the sizes of encrypted answers, and can put their own words into them, could guess
a secret that stands beside these words, letter by letter (BREACH). Against that: only answers to
GET are compressed, so none that creates a token, a ticket or a password; and each gets up to 99
random bytes, which hide the difference of a letter. The CSRF token of a page is signed with its
time, so it is another one every second.
"""

import gzip
import secrets
from io import BytesIO

from flask import Flask, Response, request

SMALLEST = 1_000
"""Bytes: what fits into one packet is not made smaller."""
QUICKEST = 1
MOST_PADDING = 100
TYPES = frozenset({"text/html", "application/json"})


def install_compression(app: Flask) -> None:
    """Compress answers; call it before other functions run after requests, so that it is last."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if _is_worth_it(response):
        response.headers.add("Vary", "Accept-Encoding")
        if _accepts_gzip():
            response.set_data(_compressed(response.get_data()))
            response.headers["Content-Encoding"] = "gzip"
    return response


def _accepts_gzip() -> bool:
    # Services accept "identity" alone: for them nothing is parsed.
    accepted = request.headers.get("Accept-Encoding", "")
    return accepted not in ("", "identity") and request.accept_encodings["gzip"] > 0


def _is_worth_it(response: Response) -> bool:
    return (
        request.method == "GET"
        and response.status_code == 200
        and response.mimetype in TYPES
        and not response.is_streamed
        and not response.direct_passthrough
        and "ETag" not in response.headers
        and "Content-Encoding" not in response.headers
        and (response.content_length or 0) >= SMALLEST
    )


def _compressed(content: bytes) -> bytes:
    """gzip; the random bytes are a file name in its head, which clients skip."""
    packed = BytesIO()
    padding = "x" * secrets.randbelow(MOST_PADDING)
    with gzip.GzipFile(padding, "wb", QUICKEST, packed, mtime=0) as file:
        file.write(content)
    return packed.getvalue()
