"""/settings: profile, password, sessions, API tokens, and invites for admins."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from gateway_frontend.cookies import drop_session_cookie
from gateway_frontend.pages.forms import (
    error_summary,
    field_errors,
    require_validation_error,
    typed_values,
)
from gateway_frontend.parts import current_login, current_parts
from servicekit.web.errors import Problem

DAY = 86400
LIFETIMES = {"week": 7 * DAY, "month": 30 * DAY, "year": 365 * DAY}
INVITE_SECONDS = 7 * DAY
NOTICES = {
    "profile": "Profile saved.",
    "password": "Password changed. Every other session and your API tokens have ended.",
    "password-only": "Password changed. Every other session has ended; API tokens still work.",
    "session": "Session ended.",
    "sessions": "All other sessions have ended.",
    "token": "Token revoked.",
    "invite": "Invite withdrawn.",
}
pages = Blueprint("preferences", __name__, url_prefix="/settings")


@pages.get("")
def show() -> str:
    return _page(notice=NOTICES.get(request.args.get("done", "")))


@pages.post("/profile")
def save_profile() -> ResponseReturnValue:
    login, parts = current_login(), current_parts()
    typed = typed_values("name", "nickname", "email")
    changes = {name: value for name, value in typed.items() if value != login.user.get(name)}
    if "email" in changes:
        changes["current_password"] = request.form.get("current_password", "")
        if not changes["current_password"]:
            errors = {"current_password": "Enter your current password to change the email."}
            return _page(errors=errors, typed=typed), 422
    try:
        parts.users.change(login.access_token, login.user["id"], changes)
    except Problem as problem:
        return _with_errors(problem, typed=typed)
    parts.logins.forget_user(login.user["id"])
    return redirect("/settings?done=profile", 303)


@pages.post("/password")
def change_password() -> ResponseReturnValue:
    typed = typed_values("current_password", "new_password")
    revoke_tokens = "revoke_tokens" in request.form
    try:
        current_parts().users.change_password(
            current_login().access_token,
            typed["current_password"],
            typed["new_password"],
            revoke_tokens=revoke_tokens,
        )
    except Problem as problem:
        rename = {"password": "new_password", "current_password": "old_password"}
        return _with_errors(problem, rename=rename)
    return redirect(f"/settings?done=password{'' if revoke_tokens else '-only'}#password", 303)


@pages.post("/sessions/<int:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
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


@pages.post("/sessions/end-others")
def end_other_sessions() -> ResponseReturnValue:
    current_parts().users.end_other_sessions(current_login().access_token)
    return redirect("/settings?done=sessions#sessions", 303)


@pages.post("/tokens")
def make_token() -> ResponseReturnValue:
    """The token is shown in this response only, so there is no redirect and no caching."""
    name = request.form.get("token_name", "").strip()
    scopes = ["read"] if request.form.get("scopes") == "read" else ["read", "write"]
    expires_in = LIFETIMES.get(request.form.get("expires", ""))
    try:
        made = current_parts().users.make_token(
            current_login().access_token, name, scopes, expires_in
        )
    except Problem as problem:
        return _with_errors(problem, rename={"name": "token_name"})
    return _page(new_token=made), 201


@pages.post("/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> ResponseReturnValue:
    try:
        current_parts().users.revoke_token(current_login().access_token, token_id)
    except Problem as problem:
        if problem.status != 404:
            raise
    return redirect("/settings?done=token#tokens", 303)


@pages.post("/invites")
def make_invite() -> ResponseReturnValue:
    """The link is shown in this response only."""
    role = "guest" if request.form.get("invite_role") == "guest" else "member"
    made = current_parts().users.make_invite(current_login().access_token, role, INVITE_SECONDS)
    return _page(new_invite=made), 201


@pages.post("/invites/<int:invite_id>/withdraw")
def withdraw_invite(invite_id: int) -> ResponseReturnValue:
    try:
        current_parts().users.withdraw_invite(current_login().access_token, invite_id)
    except Problem as problem:
        if problem.status != 404:  # used or withdrawn already
            raise
    return redirect("/settings?done=invite#invites", 303)


def _with_errors(
    problem: Problem, rename: dict[str, str] | None = None, **shown: Any
) -> ResponseReturnValue:
    require_validation_error(problem)
    if problem.code == "wrong-password":
        problem.errors = [{"field": "current_password", "message": "that password is wrong"}]
    errors = {
        (rename or {}).get(name, name): words for name, words in field_errors(problem).items()
    }
    return _page(errors=errors, wrong=error_summary(problem, errors), **shown), problem.status


def _page(**shown: Any) -> str:
    login, parts = current_login(), current_parts()
    is_admin = login.user["role"] == "admin"
    return render_template(
        "app/settings.html",
        person=login.user,
        sessions=parts.users.sessions(login.access_token),
        tokens=parts.users.tokens(login.access_token),
        invites=parts.users.invites(login.access_token) if is_admin else [],
        **shown,
    )
