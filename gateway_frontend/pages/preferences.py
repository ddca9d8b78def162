"""/settings: profile, password, sessions, API tokens."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request

from gateway_frontend.cookies import drop_session_cookie
from gateway_frontend.pages.forms import field_errors, is_about_input, typed_values, words_for
from gateway_frontend.parts import current_login, current_parts
from servicekit.errors import Problem

NOTICES = {
    "profile": "Your profile is saved.",
    "password": "Your password is changed; every other session has ended.",
    "session": "That session has ended.",
    "token": "That token works no more.",
}
pages = Blueprint("preferences", __name__, url_prefix="/settings")


@pages.get("")
def show() -> str:
    return _page(notice=NOTICES.get(request.args.get("done", "")))


@pages.post("/profile")
def save_profile() -> Any:
    login, parts = current_login(), current_parts()
    typed = typed_values("name", "nickname", "email")
    changes = {name: value for name, value in typed.items() if value != login.user.get(name)}
    try:
        parts.users.change(login.access_token, login.user["id"], changes)
    except Problem as problem:
        return _with_errors(problem, typed=typed)
    parts.logins.forget_user(login.user["id"])
    return redirect("/settings?done=profile", 303)


@pages.post("/password")
def change_password() -> Any:
    typed = typed_values("current_password", "new_password")
    try:
        current_parts().users.change_password(
            current_login().access_token, typed["current_password"], typed["new_password"]
        )
    except Problem as problem:
        if problem.code == "wrong-password":
            return _page(errors={"current_password": "That is not your present password."}), 403
        return _with_errors(problem)
    return redirect("/settings?done=password#password", 303)


@pages.post("/sessions/<int:session_id>/end")
def end_session(session_id: int) -> Any:
    login = current_login()
    try:
        current_parts().users.end_session(login.access_token, session_id)
    except Problem as problem:
        if problem.status != 404:  # it has ended already: what was wanted
            raise
    if session_id != login.session_id:
        return redirect("/settings?done=session#sessions", 303)
    response = make_response(redirect("/login", 303))
    drop_session_cookie(response)
    return response


@pages.post("/tokens")
def make_token() -> Any:
    """The token is shown in this answer alone, so there is no redirect, and nothing keeps it."""
    name = request.form.get("token_name", "").strip()
    try:
        made = current_parts().users.make_token(current_login().access_token, name)
    except Problem as problem:
        return _with_errors(problem, rename={"name": "token_name"})
    return _page(new_token=made["token"]), 201


@pages.post("/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> Any:
    try:
        current_parts().users.revoke_token(current_login().access_token, token_id)
    except Problem as problem:
        if problem.status != 404:
            raise
    return redirect("/settings?done=token#tokens", 303)


def _with_errors(problem: Problem, rename: dict[str, str] | None = None, **shown: Any) -> Any:
    if not is_about_input(problem) or problem.status == 401:
        raise problem
    errors = {
        (rename or {}).get(name, name): words for name, words in field_errors(problem).items()
    }
    return _page(errors=errors, wrong=words_for(problem, errors), **shown), problem.status


def _page(**shown: Any) -> str:
    login, parts = current_login(), current_parts()
    return render_template(
        "app/settings.html",
        person=login.user,
        sessions=parts.users.sessions(login.access_token),
        tokens=parts.users.tokens(login.access_token),
        **shown,
    )
