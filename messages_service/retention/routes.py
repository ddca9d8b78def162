"""`/api/retention`: for admins."""

import structlog
from flask import Response

from messages_service.caller import require_admin
from messages_service.context import current_context
from messages_service.retention import rules
from messages_service.retention.schemas import RetentionChanges
from messages_service.retention.shapes import Retention
from servicekit.web.answers import answer
from servicekit.web.openapi import make_blueprint
from servicekit.web.schemas import Answer

blueprint = make_blueprint("retention", __name__)
audit = structlog.stdlib.get_logger("parley.audit")


@blueprint.get("/retention", responses={200: Answer[Retention]})
def get_retention() -> Response:
    """After how many days messages are removed."""
    require_admin()
    return answer(rules.read_retention(current_context()))


@blueprint.patch("/retention", responses={200: Answer[Retention]})
def update_retention(body: RetentionChanges) -> Response:
    """Change after how many days messages are removed.

    Everywhere, or in single conversations. Older messages are removed within minutes, for good:
    texts, files, search entries, and the payloads in the log.
    """
    user_id = require_admin()
    context = current_context()
    rules.change_retention(context, user_id, body)
    audit.info("retention changed", user_id=user_id, to=body.model_dump(exclude_unset=True))
    return answer(rules.read_retention(context))
