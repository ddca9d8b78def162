"""`/api/reports`: messages that people report to the administrators."""

from flask import Response

from messages_service.caller import current_caller, current_person
from messages_service.context import current_context
from messages_service.messages.schemas import MessagePath
from messages_service.reports import actions, queries
from messages_service.reports.schemas import NewReport, ReportList, ReportListQuery, ReportPath
from messages_service.reports.shapes import Report, ReportCount
from servicekit.web.answers import answer, answer_page, created_or_found, no_content
from servicekit.web.openapi import make_blueprint
from servicekit.web.schemas import Answer

blueprint = make_blueprint("reports", __name__)


@blueprint.post(
    "/messages/<int:message_id>/report", responses={201: Answer[Report], 200: Answer[Report]}
)
def create_report(path: MessagePath, body: NewReport) -> Response:
    """Report a message to the administrators, with the messages beside it.

    200 with the open report when you have reported it already. Its author does not learn of it.
    """
    context, (caller, _) = current_context(), current_person()
    report_id, is_new = actions.create_report(context, caller, path.message_id, body.reason)
    shown = queries.get_report(context, caller, report_id)
    return created_or_found(shown, f"/api/reports/{report_id}", is_new=is_new)


@blueprint.get("/reports", responses={200: ReportList})
def list_reports(query: ReportListQuery) -> Response:
    """The open reports, latest first. For admins."""
    caller = current_caller()
    caller.require_admin()
    found, has_more = queries.list_reports(current_context(), caller, query)
    return answer_page(found, "before", has_more=has_more)


@blueprint.get("/reports/count", responses={200: Answer[ReportCount]})
def get_report_count() -> Response:
    """The number of open reports. For admins."""
    current_caller().require_admin()
    shown: ReportCount = {"open": queries.count_open(current_context())}
    return answer(shown)


@blueprint.get("/reports/<int:report_id>", responses={200: Answer[Report]})
def get_report(path: ReportPath) -> Response:
    """One report; for admins and the person who made it."""
    return answer(queries.get_report(current_context(), current_caller(), path.report_id))


@blueprint.post("/reports/<int:report_id>/close", responses={200: Answer[Report]})
def close_report(path: ReportPath) -> Response:
    """Close a report; its excerpt is removed. For admins."""
    context, caller = current_context(), current_caller()
    actions.close_report(context, caller, path.report_id)
    return answer(queries.get_report(context, caller, path.report_id))


@blueprint.delete("/reports/<int:report_id>/message", responses={204: None})
def delete_reported_message(path: ReportPath) -> Response:
    """Delete the reported message, also where the administrator is no member."""
    actions.delete_reported_message(current_context(), current_caller(), path.report_id)
    return no_content()
