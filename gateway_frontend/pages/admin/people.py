"""/admin/people: accounts, roles, and links for new passwords. For administrators."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from gateway_frontend.pages.forms import address_of, notice_of, search_term
from gateway_frontend.parts import current_login, current_parts, current_token
from servicekit.language import N_
from servicekit.web.errors import Problem

NOTICES = {
    "role": N_("Role changed."),
    "deactivated": N_("Account deactivated. Its sessions and API tokens have ended."),
    "activated": N_("Account activated."),
    "sessions": N_("Logged out everywhere. API tokens still work."),
    "lost-device": N_("Two-step login and passkeys removed. Sessions ended, if there were any."),
}
pages = Blueprint("admin_people", __name__, url_prefix="/admin")


@pages.get("/people")
def show_people() -> str:
    return _page(notice=notice_of(NOTICES))


@pages.post("/people/<int:user_id>/role")
def change_role(user_id: int) -> ResponseReturnValue:
    return _change(user_id, {"role": request.form.get("role", "")}, "role")


@pages.post("/people/<int:user_id>/deactivate")
def deactivate(user_id: int) -> ResponseReturnValue:
    return _change(user_id, {"active": False}, "deactivated")


@pages.post("/people/<int:user_id>/end-sessions")
def end_sessions(user_id: int) -> ResponseReturnValue:
    parts = current_parts()
    parts.admin.end_sessions(current_token(), user_id)
    parts.logins.forget_user(user_id)
    return redirect(_address("sessions"), 303)


@pages.post("/people/<int:user_id>/activate")
def activate(user_id: int) -> ResponseReturnValue:
    return _change(user_id, {"active": True}, "activated")


@pages.post("/people/<int:user_id>/password-reset")
def make_password_reset(user_id: int) -> ResponseReturnValue:
    """The link is shown in this response only."""
    made = current_parts().sign_in.make_password_reset(current_token(), user_id)
    return _page(new_reset=made), 201


@pages.post("/people/<int:user_id>/lost-device")
def remove_two_step(user_id: int) -> ResponseReturnValue:
    current_parts().sign_in.end_two_step_of(current_token(), user_id)
    back = address_of("/admin/people", q=request.args.get("q", ""), done="lost-device")
    return redirect(back, 303)


def _change(user_id: int, changes: dict[str, object], notice: str) -> ResponseReturnValue:
    parts = current_parts()
    try:
        parts.users.change_account(current_token(), user_id, changes)
    except Problem as problem:
        if problem.status != 409:  # the only administrator that is left
            raise
        return _page(wrong=problem.detail), 409
    parts.logins.forget_user(user_id)
    return redirect(_address(notice), 303)


def _address(notice: str) -> str:
    return address_of("/admin/people", q=request.args.get("q", ""), done=notice)


def _page(**shown: Any) -> str:
    users, token = current_parts().users, current_token()
    q = search_term(current_parts().limits.users.get("search"))
    people, next_after = users.accounts(token, q, request.args.get("after", type=int))
    more = next_after and address_of("/admin/people", q=q, after=next_after)
    return render_template(
        "admin/people.html", me=current_login().user, people=people, q=q, more=more, **shown
    )
