"""Errors as pages for people and as problem+json for programs."""

import contextlib
from urllib.parse import urlencode

from flask import Flask, Response, g, make_response, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from gateway_frontend.cookies import drop_session_cookie, session_cookie
from gateway_frontend.parts import current_login, current_parts
from servicekit.language import N_, _
from servicekit.web.errors import Problem, Unauthorized, error_response

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
    "/login/passkey/options",
    "/settings/sign-in/passkeys/options",
)
TITLES = {
    400: N_("That did not work"),
    401: N_("Log in first"),
    403: N_("You may not do this"),
    404: N_("Nothing here"),
    405: N_("That did not work"),
    409: N_("Conflict with a newer change"),
    413: N_("That is too large"),
    422: N_("Please check the form"),
    429: N_("A little slower, please"),
    503: N_("Part of Parley is unavailable"),
}
OTHER_TITLE = N_("Something went wrong here")
OTHER_DETAIL = N_(
    "This is not your fault. Try again; if it keeps happening, tell the administrator."
)
DETAILS = {
    404: N_("The address may be mistyped, or the conversation is not yours to see."),
    405: N_("This page cannot be used like that. Go back and try again."),
    413: N_("Send less at once."),
    503: N_(
        "It usually is back within a minute. What you wrote in the chat is kept and sent then."
    ),
}


def csrf_failed() -> Problem:
    return Problem(
        400,
        "csrf-failed",
        _("This form is out of date. Load the page again, then repeat what you did."),
    )


def install_error_pages(app: Flask) -> None:
    """Errors are HTML pages for browsers and problem+json for API clients."""
    for kind in (Problem, HTTPException, Exception):
        app.register_error_handler(kind, _page_or_problem)
    app.register_error_handler(CSRFError, lambda _error: app.handle_user_exception(csrf_failed()))


def is_for_program() -> bool:
    """Whether the request came from an API client."""
    if request.path.startswith(FOR_PROGRAMS):
        return True
    return not request.accept_mimetypes.accept_html


def _page_or_problem(error: Exception) -> Response:
    answer = error_response(error)
    if is_for_program() or answer.status_code < 400:
        return answer
    return _to_login() if answer.status_code == 401 else _error_page(error, answer)


def _to_login() -> Response:
    if request.method == "GET" and _renew_login():
        return make_response(redirect(request.full_path.rstrip("?"), 303))
    next_path = request.full_path.rstrip("?") if request.method == "GET" else ""
    query = f"?{urlencode({'next': next_path})}" if next_path else ""
    response = make_response(redirect(f"/login{query}", 303))
    drop_session_cookie(response)
    return response


def _renew_login() -> bool:
    """Try to renew the access token: a change of role ends the token, not the session.

    A token that is only seconds old is not renewed again: the page would reload for ever.
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
    if status in (404, 405):  # no view has run, so the login is not loaded yet
        _load_login()
    page = render_template(
        "error.html",
        status=status,
        title=_(TITLES.get(status, OTHER_TITLE)),
        detail=own_words or _(DETAILS.get(status, OTHER_DETAIL)),
        retry=request.full_path.rstrip("?") if status >= 500 and request.method == "GET" else None,
        request_id=g.get("request_id"),
    )
    response = Response(page, status=status, mimetype="text/html")
    for name in ("Retry-After", "Allow"):
        if name in answer.headers:
            response.headers[name] = answer.headers[name]
    return response


def _load_login() -> None:
    """Load the login, so that the page shows the links of logged-in people."""
    with contextlib.suppress(Problem):  # the page then looks like that for visitors
        current_login()
