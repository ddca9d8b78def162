"""/admin/invites: links by which people join."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from gateway_frontend.pages.forms import admin_form_errors
from gateway_frontend.parts import current_parts, current_token
from servicekit.language import _
from servicekit.web.errors import Problem

DAY = 86400
LIFETIMES = {"day": DAY, "week": 7 * DAY, "month": 30 * DAY}
pages = Blueprint("admin_invites", __name__, url_prefix="/admin/invites")


@pages.get("")
def show() -> str:
    return _page(notice=_("Invite withdrawn.") if "withdrawn" in request.args else None)


@pages.post("")
def make_invite() -> ResponseReturnValue:
    """The link is shown in this response only."""
    role = "guest" if request.form.get("role") == "guest" else "member"
    lifetime = LIFETIMES.get(request.form.get("expires", ""), LIFETIMES["week"])
    uses = request.form.get("uses", type=int) or 0
    try:
        made = current_parts().admin.make_invite(current_token(), role, uses, lifetime)
    except Problem as problem:
        return _page(**admin_form_errors(problem), typed=request.form), problem.status
    return _page(new_invite=made), 201


@pages.post("/<int:invite_id>/withdraw")
def withdraw_invite(invite_id: int) -> ResponseReturnValue:
    current_parts().admin.withdraw_invite(current_token(), invite_id)
    return redirect("/admin/invites?withdrawn", 303)


def _page(**shown: Any) -> str:
    parts, token = current_parts(), current_token()
    is_open, has_ended = parts.admin.invites(token), parts.admin.invites(token, ended=True)
    has_ended.reverse()
    people = {user_id for invite in is_open + has_ended for user_id in invite["user_ids"]}
    people |= {invite["created_by"] for invite in is_open + has_ended}
    names = parts.users.names(token, sorted(people))
    return render_template(
        "admin/invites.html", invites=is_open, ended=has_ended, names=names, **shown
    )
