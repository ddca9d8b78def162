"""Keyset paging: `limit`, `before`, `after`, and the Link header (RFC 8288) to the next page."""

from urllib.parse import urlencode

from flask import Response, request
from pydantic import Field

from servicekit.web.schemas import MAX_ID, Query

DEFAULT_LIMIT = 50
MAX_LIMIT = 200


class PageQuery(Query):
    """A part of a list; `before` and `after` are keys of entries that the page excludes."""

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="Entries at most.")
    before: int | None = Field(None, ge=0, le=MAX_ID, description="Only entries before this key.")
    after: int | None = Field(None, ge=0, le=MAX_ID, description="Only entries after this key.")


def link_next(response: Response, **changes: int | str | None) -> Response:
    """Add `Link: <…>; rel="next"`: this URL with query parameters changed (None removes one)."""
    params = request.args.to_dict()
    for key, value in changes.items():
        if value is None:
            params.pop(key, None)
        else:
            params[key] = str(value)
    response.headers["Link"] = f'<{request.path}?{urlencode(params)}>; rel="next"'
    return response
