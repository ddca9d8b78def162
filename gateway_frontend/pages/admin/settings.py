"""/admin/settings: the place's name, icon and rule for sign-up."""

import re
from typing import Any

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from gateway_frontend.drawing.file_filters import file_size
from gateway_frontend.pages.forms import (
    admin_form_errors,
    chosen_picture,
    notice_of,
    typed_values,
)
from gateway_frontend.parts import current_parts, current_token
from gateway_frontend.uploading import allow_files
from servicekit.language import N_, _
from servicekit.place_limits import Bound
from servicekit.web.errors import Problem

NOTICES = {
    "saved": N_("Settings saved."),
    "limits": N_("Limits saved."),
    "icon": N_("Icon saved."),
    "no-icon": N_("Icon removed."),
}
MEGABYTE = 1_000_000
NUMBER = re.compile(r"(-?[0-9]{1,15}([.,][0-9]{0,6})?)?", re.ASCII)
SIZES = ("upload_bytes", "stored_bytes")
"""They are typed in megabytes."""
LIMITS = ("content", *SIZES, "messages", "new_conversations", "new_members")
pages = Blueprint("admin_settings", __name__, url_prefix="/admin/settings")
allow_files(pages, "admin_settings.save_icon")


@pages.get("")
def show() -> str:
    return _page(notice=notice_of(NOTICES))


@pages.post("")
def save() -> ResponseReturnValue:
    typed = typed_values("place_name", "registration")
    try:
        current_parts().admin.change_settings(current_token(), typed)
    except Problem as problem:
        return _page(**admin_form_errors(problem), typed=typed), problem.status
    return _done("saved")


@pages.post("/limits")
def save_limits() -> ResponseReturnValue:
    typed = typed_values(*LIMITS)
    invalid = {name: _("Must be a number.") for name in LIMITS if not _is_number(typed[name])}
    if invalid:
        return _page(typed_limits=typed, limit_errors=invalid), 422
    chosen = {name: _amount(name, typed[name]) for name in LIMITS}
    try:
        current_parts().admin.change_settings(current_token(), {"limits": chosen})
    except Problem as problem:
        wrong = {error["field"].removeprefix("limits.") for error in problem.errors or []}
        if not wrong:
            raise
        bounds = current_parts().admin.settings(current_token())["bounds"]
        errors = {name: _between(name, bounds[name]) for name in wrong}
        return _page(typed_limits=typed, limit_errors=errors), problem.status
    return _done("limits")


@pages.post("/icon")
def save_icon() -> ResponseReturnValue:
    token, picture = current_token(), chosen_picture()
    if picture is None:
        return _page(errors={"file": _("Choose a picture first.")}), 422
    try:
        current_parts().admin.put_icon(token, *picture)
    except Problem as problem:
        return _page(**admin_form_errors(problem)), problem.status
    return _done("icon")


@pages.post("/icon/remove")
def remove_icon() -> ResponseReturnValue:
    current_parts().admin.delete_icon(current_token())
    return _done("no-icon")


def _is_number(text: str) -> bool:
    """Whether it is a number, with a point or a comma, or empty."""
    return NUMBER.fullmatch(text) is not None


def _amount(name: str, text: str) -> int | None:
    """The value of a limit; None for an empty field."""
    if not text:
        return None
    return round(float(text.replace(",", ".")) * (MEGABYTE if name in SIZES else 1))


def _between(name: str, bound: Bound) -> str:
    shown = file_size if name in SIZES else str
    return _(
        "Must be between %(least)s and %(most)s.",
        least=shown(bound["least"]),
        most=shown(bound["most"]),
    )


def _done(notice: str) -> ResponseReturnValue:
    """Back to the page. Other processes of the gateway read the change in the feed."""
    current_parts().place.forget()
    return redirect(f"/admin/settings?done={notice}", 303)


def _page(**shown: Any) -> str:
    settings = current_parts().admin.settings(current_token())
    return render_template(
        "admin/settings.html", settings=settings, sizes=SIZES, megabyte=MEGABYTE, **shown
    )
