"""Conditional and partial downloads (RFC 9110, sections 13 and 14), one range at a time."""

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
    """What part of something of that size was asked for; all of it where the wish is unclear.

    Several ranges at once are answered by the whole, as the standard allows. Raises
    RequestedRangeNotSatisfiable where there is nothing.
    """
    whole = Span(0, size, size)
    asked = request.range
    if request.method == "HEAD" or asked is None:
        return whole
    if asked.units != "bytes" or len(asked.ranges) != 1:
        return whole
    condition = request.headers.get("If-Range")
    if condition is not None and condition.strip() != f'"{etag}"':
        return whole
    found = asked.range_for_length(size)
    if found is None:
        raise RequestedRangeNotSatisfiable(length=size)
    return Span(found[0], found[1], size)
