"""Coded errors, and the one place that turns every error into RFC 9457 problem+json."""

import logging
from typing import NotRequired, TypedDict

import structlog
from flask import Flask, Response, g, has_request_context, request
from flask import json as flask_json
from gunicorn.http.errors import ParseException
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from servicekit.language import N_, _
from servicekit.web.field_messages import field_message

PROBLEM_TYPE = "application/problem+json"
PROBLEM_PREFIX = "urn:parley:problem:"
AUDITED = frozenset({401, 403, 429})
_CODES = {
    400: ("bad-request", N_("The request cannot be understood.")),
    404: ("not-found", N_("There is nothing here that you may see.")),
    405: (
        "method-not-allowed",
        N_("This path does not allow that method; 'Allow' lists the allowed ones."),
    ),
    413: ("too-large", N_("The body is larger than this service accepts.")),
    415: ("unsupported-media-type", N_("Send the body as application/json.")),
}
log = logging.getLogger(__name__)
audit = structlog.stdlib.get_logger("parley.audit")


class FieldError(TypedDict):
    """One wrong field: its path (`choices.0`) and what to change."""

    field: str
    message: str


class ProblemBody(TypedDict):
    """A problem as JSON (RFC 9457, section 3); `retry_after` is for sockets, without headers."""

    type: str
    title: str
    status: int
    detail: str
    errors: NotRequired[list[FieldError]]
    request_id: NotRequired[str | None]
    retry_after: NotRequired[int]


class Problem(Exception):
    """An answer that is not a success. `code` is stable and for programs, `detail` for people."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: list[FieldError] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.headers = errors, headers or {}
        self.members: dict[str, object] = {}
        """Extension members of the body (RFC 9457, section 3.2), by name."""

    def as_dict(self) -> ProblemBody:
        """The body of RFC 9457, section 3."""
        body: ProblemBody = {
            "type": PROBLEM_PREFIX + self.code,
            "title": HTTP_STATUS_CODES.get(self.status, "Error"),
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = self.errors
        if has_request_context():
            body["request_id"] = g.get("request_id")
        body.update(self.members)  # type: ignore[typeddict-item]
        return body


class BadRequest(Problem):
    def __init__(self, detail: str, code: str = "bad-request") -> None:
        super().__init__(400, code, detail)


class Unauthorized(Problem):
    def __init__(
        self,
        detail: str | None = None,
        code: str = "unauthorized",
    ) -> None:
        detail = detail or _("Send a valid token as 'Authorization: Bearer …'.")
        challenge = 'Bearer realm="parley"'
        if code != "unauthorized":
            challenge += ', error="invalid_token"'
        super().__init__(401, code, detail, headers={"WWW-Authenticate": challenge})


class Forbidden(Problem):
    def __init__(self, detail: str | None = None, code: str = "forbidden") -> None:
        super().__init__(403, code, detail or _("You may not do this."))


class NotFound(Problem):
    def __init__(self, detail: str | None = None, code: str = "not-found") -> None:
        super().__init__(404, code, detail or _("There is nothing here that you may see."))


class Conflict(Problem):
    def __init__(
        self, detail: str, code: str = "conflict", errors: list[FieldError] | None = None
    ) -> None:
        super().__init__(409, code, detail, errors=errors)


class TooLarge(Problem):
    def __init__(self, detail: str, code: str = "too-large") -> None:
        super().__init__(413, code, detail)


class UnsupportedMediaType(Problem):
    def __init__(self, detail: str, code: str = "unsupported-media-type") -> None:
        super().__init__(415, code, detail)


class Invalid(Problem):
    """Well-formed, but with invalid values."""

    def __init__(
        self,
        errors: list[FieldError],
        detail: str | None = None,
        code: str = "invalid",
    ) -> None:
        detail = detail or _("Some values are invalid; see 'errors'.")
        super().__init__(422, code, detail, errors=errors)

    @classmethod
    def field(cls, field: str, message: str, code: str = "invalid") -> "Invalid":
        """The common case of a single wrong field."""
        return cls([{"field": field, "message": message}], code=code)

    @classmethod
    def from_pydantic(cls, error: ValidationError) -> "Invalid":
        return cls(
            [
                {
                    "field": ".".join(str(part) for part in item["loc"]) or "body",
                    "message": field_message(item),
                }
                for item in error.errors(include_url=False, include_input=False)
            ]
        )


class TooMany(Problem):
    """`retry_after` in whole seconds."""

    def __init__(self, detail: str, retry_after: int, code: str = "too-many-requests") -> None:
        super().__init__(429, code, detail, headers={"Retry-After": str(max(1, retry_after))})


class Unavailable(Problem):
    """`retry_after` in whole seconds."""

    def __init__(self, detail: str, retry_after: int = 2, code: str = "unavailable") -> None:
        super().__init__(503, code, detail, headers={"Retry-After": str(retry_after)})


def problem_response(problem: Problem) -> Response:
    """Make a Flask response of the problem."""
    response = Response(
        flask_json.dumps(problem.as_dict()), status=problem.status, content_type=PROBLEM_TYPE
    )
    response.headers.update(problem.headers)
    return response


def install_error_handlers(app: Flask) -> None:
    """Return every error of `app` as problem+json."""
    for kind in (Problem, ValidationError, HTTPException, ParseException, Exception):
        app.register_error_handler(kind, error_response)


def error_response(error: Exception) -> Response:
    """problem+json for any error; an unexpected one is logged without being shown."""
    if isinstance(error, Problem):
        return _refused_response(error)
    if isinstance(error, ValidationError):
        return problem_response(Invalid.from_pydantic(error))
    if isinstance(error, HTTPException):
        return _http_exception_response(error)
    if isinstance(error, ParseException):
        # gunicorn reads a body when the application does, and only then finds broken chunks.
        return problem_response(
            BadRequest(_("The body is not correctly divided into chunks."), "broken-body")
        )
    return problem_response(unforeseen(error))


def unforeseen(error: Exception) -> Problem:
    """Log an unexpected error, and return the problem to answer with."""
    log.error("unforeseen error", exc_info=error)
    return Problem(
        500, "internal", _("Something went wrong here; the request id finds it in the logs.")
    )


def _refused_response(problem: Problem) -> Response:
    """Make the response; log refusals that may belong to an attack in the audit log."""
    is_anonymous = problem.code == "unauthorized"  # no token at all is how every visit begins
    if problem.status in AUDITED and not is_anonymous:
        audit.warning(
            "refused",
            status=problem.status,
            code=problem.code,
            method=request.method,
            path=request.path,
            user_id=g.get("user_id"),
        )
    return problem_response(problem)


def _http_exception_response(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    status = error.code or 500
    code, detail = f"http-{status}", error.description or ""
    if status in _CODES:
        code, detail = _CODES[status][0], _(_CODES[status][1])
    headers = {k: v for k, v in error.get_headers() if k not in ("Content-Type", "Content-Length")}
    if status == 308 or status in (301, 302, 307):
        return error.get_response()  # type: ignore[return-value]
    return problem_response(Problem(status, code, detail, headers=headers))
