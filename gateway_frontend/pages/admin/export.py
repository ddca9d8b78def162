"""/admin/export: export everything, import, and after how many days messages are removed."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from gateway_frontend.pages.forms import (
    admin_form_errors,
    notice_of,
    typed_values,
)
from gateway_frontend.parts import current_parts, current_token
from gateway_frontend.shapes.administration import Retention
from gateway_frontend.shapes.conversations import Conversation
from gateway_frontend.uploading import allow_files
from servicekit.language import N_, _
from servicekit.web.errors import Problem

NOTICES = {
    "imported": N_("Imported."),
    "retention": N_("Saved. Older messages are removed within minutes."),
}
pages = Blueprint("admin_export", __name__, url_prefix="/admin/export")
allow_files(pages, "admin_export.import_archive")


@pages.get("")
def show() -> str:
    return _page(notice=notice_of(NOTICES))


@pages.post("/import")
def import_archive() -> ResponseReturnValue:
    """Without scripts, which send large archives straight to the API and show their progress."""
    token, file = current_token(), request.files.get("file")
    if file is None or not file.filename:
        return _page(errors={"file": _("Choose an archive first.")}), 422
    try:
        current_parts().admin.import_archive(token, request.form.get("format", ""), file.stream)
    except Problem as problem:
        shown = admin_form_errors(problem) | {"errors": {"file": problem.detail}, "wrong": None}
        return _page(**shown), problem.status
    return redirect("/admin/export?done=imported#import", 303)


@pages.post("/retention")
def save_retention() -> ResponseReturnValue:
    typed = typed_values("days")
    try:
        _change({"days": _days(typed["days"])})
    except Problem as problem:
        return _page(**admin_form_errors(problem), typed=typed), problem.status
    return redirect("/admin/export?done=retention#retention", 303)


@pages.post("/retention/conversations")
def save_conversation_retention() -> ResponseReturnValue:
    typed = typed_values("conversation_id", "rule", "conversation_days")
    days = {"forever": None, "place": "place"}.get(typed["rule"], _days(typed["conversation_days"]))
    try:
        _change({"conversations": {typed["conversation_id"]: days}})
    except Problem as problem:
        return _page(**admin_form_errors(problem), typed=typed), problem.status
    return redirect("/admin/export?done=retention#retention", 303)


def _change(changes: dict[str, Any]) -> None:
    current_parts().admin.change_retention(current_token(), changes)


def _days(text: str) -> int | str | None:
    """A number of days, or the text itself, which the service then refuses; None for no text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text or None


def _page(**shown: Any) -> str:
    parts, token = current_parts(), current_token()
    retention = parts.admin.retention(token)
    return render_template(
        "admin/export.html",
        imports=parts.admin.imports(token),
        retention=retention,
        rooms=_rooms_without_rule(retention),
        **shown,
    )


def _rooms_without_rule(retention: Retention) -> list[Conversation]:
    """Public rooms, and other rooms and groups that the administrator is in."""
    messages, token = current_parts().messages, current_token()
    mine, *_others = messages.conversations(token)
    open_rooms, _after = messages.public_rooms(token, limit=200)
    ruled = {each["conversation_id"] for each in retention["conversations"]}
    found = {each["id"]: each for each in [*open_rooms, *mine] if each["kind"] != "direct"}
    rooms = [each for each in found.values() if each["name"] and each["id"] not in ruled]
    return sorted(rooms, key=lambda room: str(room["name"]).casefold())
