"""/login/openid: logging in at an OpenID Connect provider, and connecting an account with it."""

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from gateway_frontend.cookies import known_device, session_cookie
from gateway_frontend.pages.forms import address_of, is_validation_error
from gateway_frontend.pages.sign_in_page import refused
from gateway_frontend.pages.signing_in import (
    HOME,
    SECOND_STEP_NEEDED,
    answer_again,
    ask_for_second_step,
    is_logged_in,
    is_ours,
    login_page,
    next_path,
    start_session,
)
from gateway_frontend.parts import current_login, current_parts, current_token
from servicekit.language import _
from servicekit.web.errors import Problem

OPENID = "openid"
CONNECT = "openid-connect"
"""In the cookie of forms: the challenges of a login, and of a password that connects it."""
AFTERWARDS = "openid-next"
UNAVAILABLE = 503
pages = Blueprint("openid", __name__)


@pages.get("/login/openid")
def start() -> ResponseReturnValue:
    try:
        started = current_parts().sign_in.start_openid(request.args.get("invite") or None)
    except Problem as problem:
        return _login_again(problem)
    session[OPENID], session[AFTERWARDS] = started["challenge"], next_path()
    return redirect(started["url"], 303)


@pages.get("/login/openid/callback")
def finish() -> ResponseReturnValue:
    """The provider sends the browser here."""
    challenge, path = session.pop(OPENID, "-"), session.pop(AFTERWARDS, HOME)
    if "code" not in request.args:
        return login_page(wrong=_("The login at the provider was cancelled.")), 422
    try:
        answer = current_parts().sign_in.finish_openid(
            challenge,
            request.args.get("state", ""),
            request.args["code"],
            request.user_agent.string,
            replaces=session_cookie(),
            token=current_login().access_token if is_logged_in() else None,
        )
    except Problem as problem:
        return _not_finished(problem, path)
    if answer is None:
        return redirect("/settings/sign-in?done=connected#provider", 303)
    return start_session(answer, path if is_ours(path) else HOME)


@pages.get("/login/openid/connect")
def ask_password() -> ResponseReturnValue:
    return _password_page() if CONNECT in session else redirect("/login", 303)


@pages.post("/login/openid/connect")
def connect() -> ResponseReturnValue:
    try:
        answer = current_parts().sign_in.connect_openid(
            session.get(CONNECT, "-"),
            request.form.get("password", ""),
            request.user_agent.string,
            device=known_device(),
            replaces=session_cookie(),
        )
    except Problem as problem:
        if problem.code == "begin-again":
            return redirect("/login?late", 303)
        if not is_validation_error(problem):
            raise
        is_wrong = problem.status in (401, 422)
        wrong = _("The password is not right.") if is_wrong else problem.detail
        return answer_again(_password_page(wrong), problem)
    return start_session(answer)


@pages.get("/login/openid/end")
def end() -> ResponseReturnValue:
    """Log out at the provider, too."""
    return redirect(current_parts().sign_in.openid_end()["url"] or "/login", 303)


@pages.post("/settings/sign-in/openid")
def start_connecting() -> ResponseReturnValue:
    """A page that redirects: the policy for forms allows no form to lead to another site."""
    try:
        started = current_parts().sign_in.start_openid(token=current_token())
    except Problem as problem:
        if problem.status == UNAVAILABLE:
            return render_template("account/going.html", wrong=problem.detail), UNAVAILABLE
        return refused(problem)
    session[OPENID] = started["challenge"]
    return render_template("account/going.html", url=started["url"])


@pages.post("/settings/sign-in/identities/<int:identity_id>/remove")
def disconnect(identity_id: int) -> ResponseReturnValue:
    try:
        current_parts().sign_in.disconnect(current_token(), identity_id)
    except Problem as problem:
        return refused(problem)
    return redirect("/settings/sign-in?done=disconnected#provider", 303)


def _not_finished(problem: Problem, path: str) -> ResponseReturnValue:
    if problem.code == SECOND_STEP_NEEDED:
        return ask_for_second_step(problem, path)
    if problem.code == "password-to-connect":
        session[CONNECT] = str(problem.members["challenge"])
        return redirect(address_of("/login/openid/connect", next=path), 303)
    return _login_again(problem)


def _login_again(problem: Problem) -> ResponseReturnValue:
    """The login page with the error; also while the provider is away."""
    if problem.status != UNAVAILABLE and not is_validation_error(problem):
        raise problem
    return answer_again(login_page(wrong=problem.detail), problem)


def _password_page(wrong: str | None = None) -> str:
    return render_template("account/connect.html", next=next_path(), wrong=wrong)
