"""`/api/conversations/<id>/me` and `/read`, and `/api/read-all`: what concerns one person alone."""

from flask import Response

from messages_service.caller import current_caller, current_person
from messages_service.context import current_context
from messages_service.conversations.schemas import ConversationPath
from messages_service.marks import actions, queries, read_markers
from messages_service.marks.schemas import MarkChanges, ReadMarker
from messages_service.marks.shapes import AllRead
from messages_service.shapes.notices import Membership, ReadState
from servicekit.web.answers import answer
from servicekit.web.openapi import make_blueprint
from servicekit.web.schemas import Answer

blueprint = make_blueprint("marks", __name__)


@blueprint.get("/conversations/<int:conversation_id>/me", responses={200: Answer[Membership]})
def get_marks(path: ConversationPath) -> Response:
    """My marks on a conversation."""
    context = current_context()
    user_id, _ = queries.my_conversation(context, current_caller(), path.conversation_id)
    return answer(queries.marks_of(context, user_id, path.conversation_id))


@blueprint.patch("/conversations/<int:conversation_id>/me", responses={200: Answer[Membership]})
def update_marks(path: ConversationPath, body: MarkChanges) -> Response:
    """Star, mute, choose what notifies me, mark as unread.

    Only for myself; my other connections get the notice `membership`.
    """
    caller, _ = current_person()
    return answer(actions.change_marks(current_context(), caller, path.conversation_id, body))


@blueprint.put("/conversations/<int:conversation_id>/read", responses={200: Answer[ReadState]})
def put_read_marker(path: ConversationPath, body: ReadMarker) -> Response:
    """Move my read marker.

    Only forward. Send the seq of the last message that was shown.

    Everything up to it counts as read, so do not skip messages that were not shown.
    """
    caller, _ = current_person()
    return answer(read_markers.mark_read(current_context(), caller, path.conversation_id, body))


@blueprint.post("/read-all", responses={200: Answer[AllRead]})
def read_all() -> Response:
    """Mark all my conversations as read.

    Returns the read markers that moved; my other connections get a notice `read` for each.
    """
    _, user_id = current_person()
    return answer(read_markers.mark_all_read(current_context(), user_id))
