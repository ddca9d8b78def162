"""`/api/export` and the like: a conversation, a person's own data, or everything as a ZIP."""

from typing import Any

import structlog
from flask import Response, current_app, request

from messages_service.attachments.file_names import clean_file_name, content_disposition
from messages_service.attachments.form import limit_silence
from messages_service.audit.actions import record
from messages_service.caller import current_person, require_admin
from messages_service.context import current_context
from messages_service.conversations.schemas import ConversationPath
from messages_service.exports.context import current_exports
from messages_service.exports.making import Export
from messages_service.exports.place import place_id
from messages_service.exports.queries import Scope
from messages_service.exports.schemas import AdminExportQuery
from messages_service.exports.shapes import Place
from messages_service.membership.access import readable_conversation
from servicekit.data.db import core_transaction, reading
from servicekit.http import json_of
from servicekit.times import utcnow
from servicekit.web.openapi import file_content, make_blueprint

ZIP: dict[str, Any] = {
    "description": "The export; docs/export.md explains what is in it.",
    "content": file_content("application/zip"),
}
blueprint = make_blueprint("exports", __name__)
audit = structlog.stdlib.get_logger("parley.audit")


@blueprint.get("/conversations/<int:conversation_id>/export", responses={200: ZIP})
def get_conversation_export(path: ConversationPath) -> Response:
    """Export a conversation.

    A ZIP with its messages as NDJSON, and its files. For its members.
    """
    caller, user_id = current_person()
    context = current_context()
    with reading(context.db):
        found = readable_conversation(context, caller, path.conversation_id)
    scope = Scope("conversation", user_id, path.conversation_id)
    return _answer(scope, found.name or f"conversation {found.id}")


@blueprint.get("/export", responses={200: ZIP})
def get_my_export() -> Response:
    """Export my data.

    All conversations that I am in, my profile and settings, saved messages, drafts and scheduled
    messages.
    """
    _, user_id = current_person()
    users = current_exports().users
    account = json_of(users.get(f"/internal/users/{user_id}/account"), dict[str, Any])
    return _answer(Scope("person", user_id), str(account["nickname"]), account)


@blueprint.get("/admin/export", responses={200: ZIP})
def get_admin_export(query: AdminExportQuery) -> Response:
    """Export everything.

    All people and conversations, private rooms and direct messages included unless `private` is
    false; without saved messages and drafts. For admins; it is written to the audit log.
    """
    user_id = require_admin()
    with core_transaction(current_context().db.engine) as running:
        scope = "everything" if query.private else "public rooms"
        record(running.connection, "export.created", user_id, name=scope)
    audit.info("everything exported", user_id=user_id, private=query.private)
    return _answer(Scope("everything", user_id, with_private=query.private), "everything")


def _answer(scope: Scope, title: str, account: Any = None) -> Response:
    exports = current_exports()
    engine = current_context().db.engine
    leave = exports.gate.enter(scope.user_id)
    try:
        place: Place = {"id": place_id(engine), "url": exports.public_url}
        export = Export(engine, scope, place, account)
    except BaseException:
        leave()
        raise
    limit_silence(request.environ)
    response = current_app.response_class(export, content_type="application/zip")
    response.call_on_close(leave)
    name = clean_file_name(f"parley {title} {utcnow():%Y-%m-%d}.zip").replace(" ", "-")
    response.headers["Content-Disposition"] = content_disposition("attachment", name)
    return response
