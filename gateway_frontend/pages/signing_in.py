"""The parts that all ways to log in share: the browser's session, and the second step."""

from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from flask import Response, g, make_response, redirect, render_template, request, session

from gateway_frontend.cookies import remember_device, session_cookie, set_session_cookie
from gateway_frontend.parts import current_parts
from gateway_frontend.shapes.sign_in import CreatedSession, Registration
from servicekit.web.errors import Problem, Unauthorized, Unavailable

HOME = "/app"
SECOND_STEP_NEEDED = "second-factor-required"
CHALLENGE = "second-step"
"""In the cookie of forms: the challenge of a login that lacks its second step."""


def login_page(*, login: str = "", **shown: Any) -> str:
    """The form of the password, and the other ways to log in."""
    place = place_before_login()
    return render_template(
        "account/login.html",
        next=next_path(),
        login=login,
        place=place,
        has_passkeys=place is not None and is_here(place["passkey_origin"]),
        **shown,
    )


def place_before_login() -> Registration | None:
    """None while users_service does not answer: the form is shown all the same."""
    if "place_before_login" not in g:
        try:
            g.place_before_login = current_parts().sign_in.registration()
        except Unavailable:
            g.place_before_login = None
    return cast(Registration | None, g.place_before_login)


def is_here(origin: str | None) -> bool:
    """Whether this page was opened at the address where passkeys work."""
    return origin is not None and urlsplit(origin).netloc == request.host.lower()


def start_session(answer: CreatedSession, path: str | None = None) -> Response:
    """Give the browser its session, and open the page that was wanted, or `path`."""
    parts, old_cookie = current_parts(), session_cookie()
    if old_cookie is not None:
        parts.logins.forget(old_cookie)
    parts.logins.remember(answer["session_token"], answer)
    session.clear()  # forms of the previous person stop working
    response = make_response(redirect(path or next_path(), 303))
    set_session_cookie(response, answer["session_token"])
    remember_device(response, answer["user"]["id"])
    return response


def ask_for_second_step(problem: Problem, path: str | None = None) -> Response:
    """The page that asks for a code; `problem` has the challenge."""
    session[CHALLENGE] = str(problem.members["challenge"])
    query = urlencode({"next": path or next_path()})
    return make_response(redirect(f"/login/second-step?{query}", 303))


def next_path() -> str:
    """The path to open afterwards: ours, never another site."""
    path = request.values.get("next", "")
    return path if is_ours(path) else HOME


def is_ours(path: str) -> bool:
    """Whether a path leads to this site."""
    return (
        path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and path.isprintable()
        and "\\" not in path
    )


def answer_again(page: str, problem: Problem) -> Response:
    """The form with its errors."""
    status = 422 if problem.status == 401 else problem.status
    response = make_response(page, status)
    if "Retry-After" in problem.headers:
        response.headers["Retry-After"] = problem.headers["Retry-After"]
    return response


def is_logged_in() -> bool:
    cookie = session_cookie()
    if cookie is None:
        return False
    try:
        g.login = current_parts().logins.find(cookie)
    except Unauthorized:
        return False
    return True
