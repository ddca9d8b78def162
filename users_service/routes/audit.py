"""`/api/audit`: acts that administrators want to trace."""

from flask import Response

from servicekit.web.answers import answer_page
from servicekit.web.openapi import make_blueprint
from users_service import payloads
from users_service.caller import current_caller
from users_service.context import current_context
from users_service.queries import place as queries
from users_service.schemas.place import AuditList, AuditListQuery

blueprint = make_blueprint("audit", __name__)


@blueprint.get("/audit", responses={200: AuditList})
def list_audit(query: AuditListQuery) -> Response:
    """Acts of people in all services, latest first. For admins."""
    current_caller().require_admin()
    found, has_more = queries.list_audit(current_context(), query)
    return answer_page(
        [payloads.audit_entry(entry) for entry in found], "before", has_more=has_more
    )
