"""/admin/reports: messages that people have reported."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from gateway_frontend.pages.forms import notice_of
from gateway_frontend.parts import current_parts, current_token
from servicekit.language import N_

NOTICES = {"closed": N_("Report closed."), "deleted": N_("Message deleted.")}
pages = Blueprint("admin_reports", __name__, url_prefix="/admin/reports")


@pages.get("")
def show() -> str:
    is_closed = "closed" in request.args
    return render_template(
        "admin/reports.html",
        reports=current_parts().admin.reports(current_token(), closed=is_closed),
        is_closed=is_closed,
        notice=notice_of(NOTICES),
    )


@pages.post("/<int:report_id>/close")
def close(report_id: int) -> ResponseReturnValue:
    current_parts().admin.close_report(current_token(), report_id)
    return redirect("/admin/reports?done=closed", 303)


@pages.post("/<int:report_id>/delete-message")
def delete_message(report_id: int) -> ResponseReturnValue:
    current_parts().admin.delete_reported_message(current_token(), report_id)
    return redirect("/admin/reports?done=deleted", 303)
