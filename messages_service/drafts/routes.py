"""`/api/drafts`, and the draft of a conversation or thread."""

from flask import Response

from messages_service.caller import current_person
from messages_service.context import current_context
from messages_service.drafts import actions, queries
from messages_service.drafts.schemas import (
    DraftList,
    DraftListQuery,
    DraftPath,
    DraftQuery,
    NewDraft,
)
from messages_service.drafts.shapes import Draft
from servicekit.web.answers import answer, answer_page, no_content
from servicekit.web.openapi import make_blueprint
from servicekit.web.schemas import Answer

blueprint = make_blueprint("drafts", __name__)


@blueprint.get("/drafts", responses={200: DraftList})
def list_drafts(query: DraftListQuery) -> Response:
    """My drafts, newest first.

    In all my conversations and threads, or in one; `before` and `after` are ids of drafts.
    """
    _, user_id = current_person()
    drafts, has_more = queries.list_drafts(current_context(), user_id, query)
    return answer_page(drafts, "before", has_more=has_more)


@blueprint.put(
    "/conversations/<int:conversation_id>/draft", responses={200: Answer[Draft], 204: None}
)
def put_draft(path: DraftPath, body: NewDraft) -> Response:
    """Write my draft.

    The last one to write wins. Empty text deletes it (204). Sending a message there deletes it,
    too, unless the message says `keep_draft`.
    """
    caller, _ = current_person()
    draft = actions.put_draft(current_context(), caller, path.conversation_id, body)
    return no_content() if draft is None else answer(draft)


@blueprint.delete("/conversations/<int:conversation_id>/draft", responses={204: None})
def delete_draft(path: DraftPath, query: DraftQuery) -> Response:
    """Delete my draft.

    Of the conversation, or of the thread that `reply_to` belongs to.
    """
    caller, _ = current_person()
    actions.delete_draft(current_context(), caller, path.conversation_id, query.reply_to)
    return no_content()
