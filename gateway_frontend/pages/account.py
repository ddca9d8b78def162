"""/login, /signup and /logout."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from gateway_frontend.cookies import drop_session_cookie, known_device, session_cookie
from gateway_frontend.pages.forms import (
    error_summary,
    field_errors,
    is_validation_error,
    typed_values,
)
from gateway_frontend.pages.signing_in import (
    HOME,
    SECOND_STEP_NEEDED,
    answer_again,
    ask_for_second_step,
    is_logged_in,
    login_page,
    next_path,
    place_before_login,
    start_session,
)
from gateway_frontend.parts import current_parts
from servicekit.language import _
from servicekit.web.errors import Problem

pages = Blueprint("account", __name__)


@pages.get("/login")
def show_login() -> ResponseReturnValue:
    if is_logged_in():
        return redirect(next_path(), 303)
    place = place_before_login()
    if place is not None and place["is_first"]:
        return redirect("/signup", 303)
    notice = None
    if "new" in request.args:
        notice = _("Your account has been created. Log in with it.")
    elif "out" in request.args:
        notice = _("You have logged out.")
    elif "late" in request.args:
        notice = _("That took too long, or too many codes were wrong. Begin again.")
    elif "reset" in request.args:
        notice = _("Your password has been changed. Log in with it.")
    return login_page(notice=notice, is_out="out" in request.args)


@pages.post("/login")
def log_in() -> ResponseReturnValue:
    login, password = request.form.get("login", "").strip(), request.form.get("password", "")
    try:
        return _begin_session(login, password)
    except Problem as problem:
        if not is_validation_error(problem):
            raise
        wrong = (
            _("The nickname or the password is not right.")
            if problem.status in (401, 422)
            else problem.detail
        )
        return answer_again(login_page(login=login, wrong=wrong), problem)


@pages.get("/signup")
def show_signup() -> ResponseReturnValue:
    if is_logged_in():
        return redirect(HOME, 303)
    return _signup_page({"invite": request.args.get("invite", "")})


@pages.post("/signup")
def sign_up() -> ResponseReturnValue:
    typed = typed_values("name", "nickname", "email", "password", "invite")
    person = {name: value for name, value in typed.items() if value or name != "invite"}
    try:
        current_parts().sign_in.sign_up(person, request.user_agent.string)
        return _begin_session(typed["nickname"], typed["password"])
    except Problem as problem:
        if not is_validation_error(problem):
            raise
        errors = field_errors(problem)
        wrong = error_summary(
            problem, {name: errors[name] for name in errors if name in typed and name != "invite"}
        )
        return answer_again(_signup_page(typed, errors=errors, wrong=wrong), problem)


@pages.post("/logout")
def log_out() -> Response:
    """End the session on the server, too, so that a copied cookie is useless."""
    cookie, parts = session_cookie(), current_parts()
    if cookie is not None:
        try:
            login = parts.logins.find(cookie)
            parts.users.end_session(login.access_token, login.session_id)
        except Problem as problem:
            if problem.status not in (401, 404):  # it had ended before
                raise
        parts.logins.forget(cookie)
    session.clear()
    place = place_before_login()
    has_provider = place is not None and place["provider"] is not None
    response = make_response(redirect("/login?out" if has_provider else "/login", 303))
    drop_session_cookie(response)
    # The cached pages; logging-out.js has removed the drafts and the unsent messages.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _signup_page(typed: dict[str, str], **shown: Any) -> str:
    """The form, or a page that asks for a valid invite where one is needed."""
    sign_in = current_parts().sign_in
    place = sign_in.registration()
    has_bad_invite = typed["invite"] != "" and not sign_in.is_open_invite(typed["invite"])
    if has_bad_invite:
        typed = typed | {"invite": ""}
    barrier = None
    if not place["is_first"] and place["registration"] != "open" and not typed["invite"]:
        is_invitable = place["registration"] == "invite"
        barrier = ("bad-invite" if has_bad_invite else "no-invite") if is_invitable else "closed"
    return render_template(
        "account/signup.html", typed=typed, barrier=barrier, is_first=place["is_first"], **shown
    )


def _begin_session(login: str, password: str) -> Response:
    try:
        answer = current_parts().sign_in.log_in(
            login,
            password,
            request.user_agent.string,
            device=known_device(),
            replaces=session_cookie(),
        )
    except Problem as problem:
        if problem.code != SECOND_STEP_NEEDED:
            raise
        return ask_for_second_step(problem)
    return start_session(answer)
