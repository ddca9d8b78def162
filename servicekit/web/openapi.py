"""The parts of OpenAPI that operations share: problems, headers, security schemes, ids."""

from collections.abc import Iterable
from typing import Any

from flask_openapi3.models.tag import Tag

from servicekit.web.operations import DescribedBlueprint

STATUSES = {
    400: "The request cannot be understood, for example broken JSON.",
    401: "No valid token came with the request.",
    403: "The caller may not do this.",
    404: "There is nothing here that the caller may see.",
    405: "The path does not allow that method.",
    409: "Conflicts with the current state.",
    413: "The body is too large.",
    415: "The body's content type is not supported.",
    422: "Some values are invalid; see `errors`.",
    429: "Too many requests; wait for `Retry-After` seconds.",
    503: "A required service is unavailable; try again after `Retry-After` seconds.",
    507: "There is no room left to store this.",
}


PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 problem details. Programs switch on `type`, people read `detail`.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:parley:problem:not-found"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "request_id": {"type": "string"},
    },
}
LOCATION: dict[str, Any] = {
    "description": "The path where GET finds what was created.",
    "required": True,
    "schema": {"type": "string", "format": "uri-reference"},
}
LINK: dict[str, Any] = {
    "description": 'RFC 8288: `rel="next"` is the next page; absent on the last one.',
    "schema": {"type": "string"},
}


def problem_described(description: str) -> dict[str, Any]:
    """A response that is a problem."""
    content = {"application/problem+json": {"schema": PROBLEM_SCHEMA}}
    return {"description": description, "content": content}


PROBLEMS = {str(status): problem_described(text) for status, text in STATUSES.items()}
_BINARY = {"type": "string", "format": "binary"}
SECURITY_SCHEMES: dict[str, Any] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token or an API token.",
    }
}
BEARER: list[dict[str, list[str]]] = [{"bearer": []}]
"""`security=BEARER` on an operation that needs a token."""


def make_blueprint(
    name: str,
    import_name: str,
    *,
    tag: str | None = None,
    url_prefix: str | None = "/api",
    needs_token: bool = True,
) -> DescribedBlueprint:
    """The routes of a resource; an operation's id is the name of its function.

    With `needs_token=False` the routes that need one say `security=BEARER`.
    """
    return DescribedBlueprint(
        name,
        import_name,
        url_prefix=url_prefix,
        abp_tags=[Tag(name=tag or name)],
        abp_security=BEARER if needs_token else None,
        operation_id_callback=_function_name,
    )


def file_content(content_type: str) -> dict[str, Any]:
    """The `content` of a body that is a file."""
    return {content_type: {"schema": _BINARY}}


def upload_form(fields: dict[str, str] | None = None, also: Iterable[str] = ()) -> dict[str, Any]:
    """Operation extensions for an upload: a form with the file in `file`, and text `fields` with
    their descriptions. `also` are content types that may be sent without a form.
    """
    texts = {
        name: {"type": "string", "description": description}
        for name, description in (fields or {}).items()
    }
    form = {"type": "object", "required": ["file"], "properties": {"file": _BINARY, **texts}}
    content: dict[str, Any] = {"multipart/form-data": {"schema": form}}
    for content_type in also:
        content |= file_content(content_type)
    return {"requestBody": {"required": True, "content": content}}


def _function_name(*, name: str, path: str, method: str) -> str:
    return name
