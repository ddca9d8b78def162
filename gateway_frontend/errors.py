"""Errors as pages for people and as problem+json for programs."""

import contextlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, g, make_response, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from gateway_frontend.cookies import drop_session_cookie, session_cookie
from gateway_frontend.parts import current_login, current_parts
from servicekit.web.errors import Problem, Unauthorized

FOR_PROGRAMS = (
    "/api/",
    "/.well-known/",
    "/socket.io/",
    "/db/",
    "/docs/",
    "/healthz",
    "/metrics",
    "/openapi.json",
    "/readyz",
    "/front/conversations/",
    "/front/realtime-ticket",
    "/front/session",
)
TITLES = {
    400: "That did not work",
    401: "Log in first",
    403: "You may not do this",
    404: "Nothing here",
    405: "That did not work",
    409: "Conflict with a newer change",
    413: "That is too large",
    422: "Please check the form",
    429: "A little slower, please",
    503: "A part of Parley is away",
}
DETAILS = {
    404: "The address may be mistyped, or the conversation is not yours to see.",
    405: "This page cannot be used like that. Go back and try again.",
    413: "Send less at once.",
    503: "It usually is back within a minute. What you wrote in the chat is kept and sent then.",
}
Handler = Callable[[Any], Response]


def csrf_failed() -> Problem:
    return Problem(
        400,
        "csrf-failed",
        "This form is out of date. Load the page again, then repeat what you did.",
    )


def install_error_pages(app: Flask) -> None:
    """Show errors as pages, save to programs, which get what servicekit makes of them."""
    for kind in (Problem, HTTPException, Exception):
        as_json: Handler = app.error_handler_spec[None][None][kind]  # type: ignore[assignment]
        app.register_error_handler(kind, _page_or(as_json))
    app.register_error_handler(CSRFError, lambda _error: app.handle_user_exception(csrf_failed()))


def is_for_program() -> bool:
    """Whether a program sent this request."""
    if request.path.startswith(FOR_PROGRAMS):
        return True
    return not request.accept_mimetypes.accept_html


def _page_or(as_json: Handler) -> Handler:
    def handle(error: Exception) -> Response:
        answer = as_json(error)
        if is_for_program() or answer.status_code < 400:
            return answer
        return _to_login() if answer.status_code == 401 else _error_page(error, answer)

    return handle


def _to_login() -> Response:
    if request.method == "GET" and _renew_login():
        return make_response(redirect(request.full_path.rstrip("?"), 303))
    next_path = request.full_path.rstrip("?") if request.method == "GET" else ""
    query = f"?{urlencode({'next': next_path})}" if next_path else ""
    response = make_response(redirect(f"/login{query}", 303))
    drop_session_cookie(response)
    return response


def _renew_login() -> bool:
    """Whether the session goes on with a new access token: a change of role ends only the old one.

    A token that was renewed just now is not renewed again: the page would be loaded for ever.
    """
    cookie, login = session_cookie(), g.get("login")
    if cookie is None or login is None or login.is_new:
        return False
    logins = current_parts().logins
    logins.forget(cookie)
    try:
        logins.find(cookie)
    except Unauthorized:
        return False
    return True


def _error_page(error: Exception, answer: Response) -> Response:
    status = answer.status_code
    own_words = (
        error.detail if isinstance(error, Problem) and status < 500 and status != 404 else None
    )
    if status in (404, 405):  # no view has run that could have asked who this is
        _find_reader()
    page = render_template(
        "error.html",
        status=status,
        title=TITLES.get(status, "Something went wrong here"),
        detail=own_words
        or DETAILS.get(
            status, "It is not your fault. Try again; if it stays, tell whoever runs this place."
        ),
        retry=request.full_path.rstrip("?") if status >= 500 and request.method == "GET" else None,
        request_id=g.get("request_id"),
    )
    response = Response(page, status=status, mimetype="text/html")
    for name in ("Retry-After", "Allow"):
        if name in answer.headers:
            response.headers[name] = answer.headers[name]
    return response


def _find_reader() -> None:
    """Let the page show its links for those who are logged in."""
    with contextlib.suppress(Problem):  # a page for anybody will do
        current_login()
