"""/settings: the person's profile and account."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from gateway_frontend.cookies import drop_session_cookie
from gateway_frontend.drawing.filters import reader_zone
from gateway_frontend.pages.forms import (
    chosen_picture,
    form_errors,
    notice_of,
    typed_values,
)
from gateway_frontend.parts import current_login, current_parts
from gateway_frontend.uploading import allow_files
from servicekit.language import N_, _, languages_of
from servicekit.web.errors import Problem

DAY = 86400
LONGEST_MINUTES = 60 * 24 * 7
LIFETIMES = {"week": 7 * DAY, "month": 30 * DAY, "year": 365 * DAY}
NOTICES = {
    "profile": N_("Profile saved."),
    "picture": N_("Picture saved."),
    "no-picture": N_("Picture removed."),
    "status": N_("Status saved."),
    "appearance": N_("Appearance saved."),
    "notifications": N_("Notifications saved."),
    "unblocked": N_("Unblocked."),
    "password": N_("Password changed. Every other session and your API tokens have ended."),
    "password-only": N_("Password changed. Every other session has ended; API tokens still work."),
    "session": N_("Session ended."),
    "sessions": N_("All other sessions have ended."),
    "token": N_("Token revoked."),
    "confirmation": N_("A link is on its way to your address."),
}
pages = Blueprint("preferences", __name__, url_prefix="/settings")
allow_files(pages, "preferences.save_picture")


@pages.get("")
def show() -> str:
    return _page(notice=notice_of(NOTICES))


@pages.post("/profile")
def save_profile() -> ResponseReturnValue:
    login, parts = current_login(), current_parts()
    typed = typed_values("name", "nickname", "email", "title", "time_zone")
    known = {name: login.user.get(name) or "" for name in typed}
    changes: dict[str, str | None] = {
        name: value or None for name, value in typed.items() if value != known[name]
    }
    # An empty name removes nothing: users_service refuses it.
    changes |= {name: typed[name] for name in ("name", "nickname", "email") if name in changes}
    if "email" in changes:
        changes["current_password"] = request.form.get("current_password", "")
        if not changes["current_password"]:
            errors = {"current_password": _("Enter your current password to change the email.")}
            return _page(errors=errors, typed=typed), 422
    try:
        parts.users.change_me(login.access_token, changes)
    except Problem as problem:
        return _page(**_errors(problem), typed=typed), problem.status
    return _done("profile")


@pages.post("/picture")
def save_picture() -> ResponseReturnValue:
    """Without scripts; with them a square is cut out and sent to the API."""
    login, picture = current_login(), chosen_picture()
    if picture is None:
        return _page(errors={"picture": _("Choose a picture first.")}), 422
    try:
        current_parts().users.put_avatar(login.access_token, login.user["id"], *picture)
    except Problem as problem:
        return _page(**form_errors(problem, file="picture")), problem.status
    return _done("picture")


@pages.post("/picture/remove")
def remove_picture() -> ResponseReturnValue:
    login = current_login()
    current_parts().users.delete_avatar(login.access_token, login.user["id"])
    return _done("no-picture", "profile")


@pages.post("/status")
def save_status() -> ResponseReturnValue:
    typed = typed_values("status_emoji", "status_text", "status_end", "dnd_end")
    status = {
        "emoji": typed["status_emoji"] or None,
        "text": typed["status_text"],
        "until": _end(typed["status_end"]),
    }
    changes = {"status": status, "dnd_until": _end(typed["dnd_end"])}
    try:
        current_parts().users.change_me(current_login().access_token, changes)
    except Problem as problem:
        return _page(**form_errors(problem)), problem.status
    return _done("status", "status")


@pages.post("/appearance")
def save_appearance() -> ResponseReturnValue:
    changes: dict[str, str | None] = {"theme": request.form.get("theme", "")}
    if "language" in request.form:
        changes["language"] = request.form["language"] or None
    current_parts().users.change_me(current_login().access_token, changes)
    return _done("appearance", "appearance")


@pages.post("/blocks/<int:user_id>/remove")
def unblock(user_id: int) -> ResponseReturnValue:
    current_parts().messages.unblock(current_login().access_token, user_id)
    return _done("unblocked", "blocks")


@pages.post("/password")
def change_password() -> ResponseReturnValue:
    typed = typed_values("current_password", "new_password")
    revoke_tokens = "revoke_tokens" in request.form
    try:
        current_parts().sign_in.change_password(
            current_login().access_token,
            typed["current_password"],
            typed["new_password"],
            revoke_tokens=revoke_tokens,
        )
    except Problem as problem:
        errors = _errors(problem, password="new_password", current_password="old_password")
        return _page(**errors), problem.status
    return redirect(f"/settings?done=password{'' if revoke_tokens else '-only'}#password", 303)


@pages.post("/sessions/<int:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
    login = current_login()
    try:
        current_parts().users.end_session(login.access_token, session_id)
    except Problem as problem:
        if problem.status != 404:  # it has ended already, as wanted
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
        return _page(**form_errors(problem, name="token_name")), problem.status
    return _page(new_token=made), 201


@pages.post("/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> ResponseReturnValue:
    try:
        current_parts().users.revoke_token(current_login().access_token, token_id)
    except Problem as problem:
        if problem.status != 404:
            raise
    return redirect("/settings?done=token#tokens", 303)


def _done(notice: str, section: str = "") -> ResponseReturnValue:
    """Back to the page, which reads the person again."""
    current_parts().logins.forget_user(current_login().user["id"])
    return redirect(f"/settings?done={notice}{'#' if section else ''}{section}", 303)


def _end(chosen: str) -> str | None:
    """The moment that a choice of `parts/status.html` means; None for no end."""
    now = datetime.now(reader_zone())
    if chosen == "today":
        return now.replace(hour=23, minute=59, second=59, microsecond=0).isoformat()
    if chosen.isdecimal():
        return (now + timedelta(minutes=min(int(chosen), LONGEST_MINUTES))).isoformat()
    return chosen or None


def _errors(problem: Problem, **renamed: str) -> dict[str, Any]:
    if problem.code == "wrong-password":
        problem.errors = [{"field": "current_password", "message": _("that password is wrong")}]
    return form_errors(problem, **renamed)


def _page(**shown: Any) -> str:
    login, parts = current_login(), current_parts()
    languages = languages_of(current_app)
    chosen = languages.find(login.user.get("language") or "")
    return render_template(
        "app/settings.html",
        person=login.user,
        sessions=parts.users.sessions(login.access_token),
        tokens=parts.users.tokens(login.access_token),
        blocked=parts.messages.blocked_people(login.access_token),
        notifications=parts.messages.notifications(login.access_token),
        browser_zone=str(reader_zone()),
        languages=[(each.tag, each.own_name) for each in languages.all.values()],
        chosen_language=chosen.tag if chosen else "",
        **shown,
    )
