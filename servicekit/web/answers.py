"""Answers of routes: JSON, a created resource, a page of a list, nothing."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from flask import Response
from werkzeug.datastructures import Headers

from servicekit.web.json import dump_bytes
from servicekit.web.paging import link_next


class _Json(Response):
    """Bytes, whose length is known; a Location is a URI. So Werkzeug has no header to complete,
    which takes it as long as all else that it does for an answer.
    """

    def get_wsgi_headers(self, environ: Any) -> Headers:
        return self.headers


def answer(body: Any, status: int = 200) -> Response:
    """JSON; bytes are JSON already."""
    data = body if type(body) is bytes else dump_bytes(body)
    return _Json(data, status, content_type="application/json")


def created(body: Any, location: str) -> Response:
    """201; `location` is the path where GET finds what was created."""
    response = answer(body, 201)
    response.headers["Location"] = location
    return response


def created_or_found(body: Any, location: str, *, is_new: bool) -> Response:
    """201 for what was created; 200 for what was there already."""
    return created(body, location) if is_new else answer(body)


def answer_list(entries: Sequence[Any], **next_page: int | None) -> Response:
    """A JSON array; `next_page` are the query parameters that the next page has instead."""
    response = answer(entries)
    return link_next(response, **next_page) if next_page else response


def answer_page(
    entries: Sequence[Mapping[str, Any]], next_page: Literal["before", "after"], *, has_more: bool
) -> Response:
    """A page of a list by id; the next page is before or after the id of the last entry."""
    return (
        answer_list(entries, **{next_page: entries[-1]["id"]}) if has_more else answer_list(entries)
    )


def found_elsewhere(location: str) -> Response:
    """307: the same request goes to the path `location`."""
    response = Response(status=307)
    response.headers["Location"] = location
    return response


def no_content() -> Response:
    """204."""
    return Response(status=204)
