"""The id that follows one request through every service and every log line."""

import re
import secrets

import structlog
from flask import Flask, Response, g, has_request_context, request

HEADER = "X-Request-ID"
_ACCEPTABLE = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)


def install_request_ids(app: Flask) -> None:
    """Accept the caller's id if it is a safe token, else make one; send it back."""

    @app.before_request
    def take_request_id() -> None:
        given = request.headers.get(HEADER, "")
        g.request_id = given if _ACCEPTABLE.fullmatch(given) else secrets.token_hex(8)
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def send_request_id(response: Response) -> Response:
        if "request_id" in g:
            response.headers[HEADER] = g.request_id
        return response


def current_request_id() -> str | None:
    """The id of the request being handled, or None outside of one."""
    return g.get("request_id") if has_request_context() else None
