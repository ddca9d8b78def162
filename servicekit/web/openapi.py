"""The parts of OpenAPI that every operation shares: its problems and its security schemes."""

from typing import Any

STATUSES = {
    400: "The request cannot be understood, for example broken JSON.",
    401: "No valid token came with the request.",
    403: "The caller may not do this.",
    404: "There is nothing here that the caller may see.",
    405: "The path does not take that method.",
    409: "It does not fit what is there already.",
    413: "The body is too large.",
    415: "The body is not of a type that is taken here.",
    422: "Some values cannot be taken; `errors` says which.",
    429: "Too many requests; `Retry-After` says when to go on.",
    503: "Something that this needs is away; `Retry-After` says when to try again.",
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
PROBLEMS: dict[str, Any] = {
    str(status): {
        "description": text,
        "content": {"application/problem+json": {"schema": PROBLEM_SCHEMA}},
    }
    for status, text in STATUSES.items()
}
SECURITY_SCHEMES: dict[str, Any] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token or an API token.",
    }
}
BEARER: list[dict[str, list[str]]] = [{"bearer": []}]
"""`security=BEARER` on an operation that needs a token."""
