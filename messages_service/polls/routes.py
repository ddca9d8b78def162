"""`/api/polls`: list, read, vote, close. `messages` adds creating one."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from messages_service.answers import acting_person, answer, current_caller
from messages_service.caller import Caller
from messages_service.context import Context, current_context
from messages_service.polls.actions import close_poll, vote
from messages_service.polls.queries import describe_for, list_polls, readable_poll
from messages_service.polls.schemas import PollPath, Polls, PollsQuery, Vote
from messages_service.shapes import Poll
from servicekit.web.openapi import BEARER
from servicekit.web.paging import link_next
from servicekit.web.schemas import Answer

blueprint = APIBlueprint(
    "polls", __name__, url_prefix="/api", abp_tags=[Tag(name="polls")], abp_security=BEARER
)


@blueprint.get("/polls", summary="Polls, newest first", responses={200: Polls})
def list_mine(query: PollsQuery) -> Response:
    """Of all my conversations, or of one; `before` and `after` are ids of polls."""
    polls, more = list_polls(
        current_context(),
        current_caller(),
        conversation_id=query.conversation_id,
        before=query.before,
        after=query.after,
        limit=query.limit,
    )
    response = answer(polls)
    return link_next(response, before=polls[-1]["id"]) if more else response


@blueprint.get("/polls/<int:poll_id>", summary="One poll", responses={200: Answer[Poll]})
def show(path: PollPath) -> Response:
    return answer_poll(current_context(), current_caller(), path.poll_id)


@blueprint.post("/polls/<int:poll_id>/votes", summary="Vote", responses={200: Answer[Poll]})
def cast_vote(path: PollPath, body: Vote) -> Response:
    """Replaces my earlier vote; the same vote again changes nothing."""
    context, caller = current_context(), current_caller()
    vote(context, caller, acting_person(caller, body.author_id), path.poll_id, body.choice_ids)
    return answer_poll(context, caller, path.poll_id)


@blueprint.post(
    "/polls/<int:poll_id>/close", summary="End the voting", responses={200: Answer[Poll]}
)
def close(path: PollPath) -> Response:
    """For the poll's author and for moderators."""
    context, caller = current_context(), current_caller()
    close_poll(context, caller, path.poll_id)
    return answer_poll(context, caller, path.poll_id)


def answer_poll(context: Context, caller: Caller, poll_id: int, status: int = 200) -> Response:
    context.db.session.rollback()  # earlier reads are out of date
    connection = context.db.session.connection()
    row = readable_poll(connection, caller, poll_id)
    return answer(describe_for(connection, caller, [row])[0], status)
