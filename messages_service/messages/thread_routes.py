"""`/api/threads`, and what a person does with the thread of a message."""

from flask import Response

from messages_service.caller import current_person
from messages_service.context import Context, current_context
from messages_service.messages.answers import add_mine
from messages_service.messages.queries import describe
from messages_service.messages.schemas import MessagePath
from messages_service.shapes.notices import ThreadState
from messages_service.threads import actions, queries
from messages_service.threads.schemas import ThreadList, ThreadListQuery, ThreadReadMarker
from messages_service.threads.shapes import FollowedThread
from servicekit.web.answers import answer, answer_page, no_content
from servicekit.web.openapi import make_blueprint
from servicekit.web.schemas import Answer

blueprint = make_blueprint("threads", __name__)


@blueprint.get("/threads", responses={200: ThreadList})
def list_threads(query: ThreadListQuery) -> Response:
    """Threads that I follow.

    Latest reply first; `before` and `after` are ids of their first messages.
    """
    context, (caller, user_id) = current_context(), current_person()
    rows, has_more = queries.followed_by(context, user_id, query)
    found = _described(context, rows)
    first_messages = [thread["message"] for thread in found]
    last_replies = [thread["last_reply"] for thread in found if thread["last_reply"]]
    add_mine(context, caller, first_messages + last_replies)
    return answer_page(found, "before", has_more=has_more)


@blueprint.get("/messages/<int:message_id>/thread", responses={200: Answer[ThreadState]})
def get_thread(path: MessagePath) -> Response:
    """My state in a thread.

    Any message of the thread names it, here and below.
    """
    caller, user_id = current_person()
    return answer(queries.thread_for(current_context(), caller, user_id, path.message_id))


@blueprint.put("/messages/<int:message_id>/thread/read", responses={200: Answer[ThreadState]})
def put_thread_read_marker(path: MessagePath, body: ThreadReadMarker) -> Response:
    """Move my read marker in a thread.

    Only forward. Send the seq of the last reply that was shown.
    """
    caller, user_id = current_person()
    state = actions.mark_read(current_context(), caller, user_id, path.message_id, body.seq)
    return answer(state)


@blueprint.put("/messages/<int:message_id>/thread/follow", responses={200: Answer[ThreadState]})
def put_thread_follow(path: MessagePath) -> Response:
    """Follow a thread.

    Writing in it, or being mentioned in it, follows it as well.
    """
    caller, user_id = current_person()
    return answer(actions.follow(current_context(), caller, user_id, path.message_id))


@blueprint.delete("/messages/<int:message_id>/thread/follow", responses={204: None})
def delete_thread_follow(path: MessagePath) -> Response:
    """Stop following a thread."""
    caller, user_id = current_person()
    actions.unfollow(current_context(), caller, user_id, path.message_id)
    return no_content()


def _described(context: Context, rows: queries.Rows) -> list[FollowedThread]:
    replies = queries.last_replies(context, [row.id for row in rows])
    shown = describe(context, [*rows, *replies])
    last_replies = {reply["thread_id"]: reply for reply in shown[len(rows) :]}
    return [
        {
            "id": row.id,
            "message_id": row.id,
            "conversation_id": row.conversation_id,
            "following": True,
            "read_seq": row.read_seq,
            "last_reply_seq": row.last_reply_seq or 0,
            "unread": row.unread,
            "message": message,
            "last_reply": last_replies.get(row.id),
        }
        for row, message in zip(rows, shown, strict=False)
    ]
