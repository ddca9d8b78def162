"""What every way to log in shares: the browser's session, and the second step."""

from urllib.parse import urlencode

from flask import Response, make_response, redirect, request, session

from gateway_frontend.cookies import remember_device, session_cookie, set_session_cookie
from gateway_frontend.parts import current_parts
from gateway_frontend.shapes import CreatedSession
from servicekit.web.errors import Problem

HOME = "/app"
SECOND_STEP_NEEDED = "second-factor-required"
CHALLENGE = "second-step"
"""In the cookie of forms: the challenge of a login that lacks its second step."""


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
    """The form with what was wrong."""
    status = 422 if problem.status == 401 else problem.status
    response = make_response(page, status)
    if "Retry-After" in problem.headers:
        response.headers["Retry-After"] = problem.headers["Retry-After"]
    return response
