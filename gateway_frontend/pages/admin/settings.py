"""/admin/settings: the place's name, icon and rule for sign-up."""

from typing import Any

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from gateway_frontend.pages.forms import (
    admin_form_errors,
    chosen_picture,
    notice_of,
    typed_values,
)
from gateway_frontend.parts import current_parts, current_token
from gateway_frontend.uploading import allow_files
from servicekit.language import N_, _
from servicekit.web.errors import Problem

NOTICES = {
    "saved": N_("Settings saved."),
    "icon": N_("Icon saved."),
    "no-icon": N_("Icon removed."),
}
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


def _done(notice: str) -> ResponseReturnValue:
    """Back to the page. Other processes of the gateway read the change in the feed."""
    current_parts().place.forget()
    return redirect(f"/admin/settings?done={notice}", 303)


def _page(**shown: Any) -> str:
    settings = current_parts().admin.settings(current_token())
    return render_template("admin/settings.html", settings=settings, **shown)
