"""A person's own marks as plain forms, and the way to a date. Scripts use the API instead."""

from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from gateway_frontend.drawing.filters import reader_zone
from gateway_frontend.parts import current_parts, current_token
from servicekit.language import _
from servicekit.times import isoformat
from servicekit.web.errors import Invalid

LONGEST_MUTE = 9 * 8766
"""Hours that stand for "until I end it"."""
pages = Blueprint("marks", __name__, url_prefix="/app")


@pages.post("/c/<int:conversation_id>/me")
def change(conversation_id: int) -> ResponseReturnValue:
    changes: dict[str, object] = {}
    if "starred" in request.form:
        changes["starred"] = request.form["starred"] == "yes"
    if "notify" in request.form:
        changes["notify"] = request.form["notify"]
    if request.form.get("mute", "keep") != "keep":
        changes["muted_until"] = _end_of_mute(request.form["mute"])
    current_parts().messages.change_marks(current_token(), conversation_id, changes)
    return redirect(f"/app/c/{conversation_id}", 303)


@pages.post("/read-all")
def read_all() -> ResponseReturnValue:
    current_parts().messages.read_all(current_token())
    return redirect("/app", 303)


@pages.get("/c/<int:conversation_id>/date")
def show_date(conversation_id: int) -> ResponseReturnValue:
    """The part of a conversation that begins on a day."""
    day = _wanted_day()
    messages = current_parts().messages
    first = messages.first_since(current_token(), conversation_id, day) if day else None
    if first is None:
        return redirect(f"/app/c/{conversation_id}", 303)
    return redirect(f"/app/c/{conversation_id}?at={first['seq']}", 303)


def _end_of_mute(hours: str) -> str | None:
    """`hours` from now; None for "no", which ends a mute."""
    if hours == "no":
        return None
    if not hours.isdecimal() or int(hours) > LONGEST_MUTE:
        raise Invalid.field(
            "mute", _("must be from 1 to %(hours)s hours, or no", hours=LONGEST_MUTE)
        )
    return isoformat(datetime.now(UTC) + timedelta(hours=int(hours)))


def _wanted_day() -> str | None:
    """The beginning of the day, where the reader is."""
    try:
        day = date.fromisoformat(request.args.get("date", ""))
        return isoformat(datetime.combine(day, time.min, reader_zone()).astimezone(UTC))
    except (ValueError, OverflowError):
        return None
