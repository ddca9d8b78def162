"""The part of /settings about notifications."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from gateway_frontend.drawing.filters import reader_zone
from gateway_frontend.parts import current_login, current_parts
from gateway_frontend.shapes.conversations import NotificationSettings, QuietHours

pages = Blueprint("notifications", __name__, url_prefix="/settings/notifications")


@pages.post("")
def save_notifications() -> ResponseReturnValue:
    """A box that is not checked is not in the form. Hours are those of the browser's zone."""
    hours: QuietHours | None = None
    if "has_dnd_hours" in request.form:
        hours = {
            "start": request.form.get("dnd_start", ""),
            "end": request.form.get("dnd_end", ""),
            "time_zone": str(reader_zone()),
        }
    settings: NotificationSettings = {
        "sound": "sound" in request.form,
        "preview": "preview" in request.form,
        "push": "push" in request.form,
        "email_digest": "email_digest" in request.form,
        "dnd_hours": hours,
    }
    current_parts().messages.change_notifications(current_login().access_token, settings)
    return redirect("/settings?done=notifications#notifications", 303)
