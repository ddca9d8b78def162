"""Conditional and partial downloads (RFC 9110, sections 13 and 14), one range at a time."""

import re
from dataclasses import dataclass

from flask import Request
from werkzeug.exceptions import RequestedRangeNotSatisfiable


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes from `start` to before `stop`, of `size`."""

    start: int
    stop: int
    size: int

    @property
    def is_partial(self) -> bool:
        return self.stop - self.start < self.size

    @property
    def length(self) -> int:
        return self.stop - self.start

    @property
    def content_range(self) -> str:
        return f"bytes {self.start}-{self.stop - 1}/{self.size}"


def is_unchanged(request: Request, etag: str) -> bool:
    """Whether the client has it already."""
    return request.if_none_match.contains_weak(etag)


def asked_span(request: Request, etag: str, size: int) -> Span:
    """The requested span of content of that size; all of it if the header is unclear.

    Several ranges at once are answered by the whole, as the standard allows. Raises
    RequestedRangeNotSatisfiable where there is nothing.
    """
    whole = Span(0, size, size)
    asked = _ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    condition = request.headers.get("If-Range", f'"{etag}"').strip()
    if request.method == "HEAD" or asked is None or condition != f'"{etag}"':
        return whole
    first, last = asked.groups()
    if not first:
        start, stop = max(0, size - int(last or 0)), size
    else:
        start, stop = int(first), min(size, int(last) + 1 if last else size)
    if first and last and int(last) < int(first):
        return whole
    if start >= stop:
        raise RequestedRangeNotSatisfiable(length=size)
    return Span(start, stop, size)


_ONE_RANGE = re.compile(r"bytes=(?!-$)([0-9]{0,18})-([0-9]{0,18})", re.ASCII)
