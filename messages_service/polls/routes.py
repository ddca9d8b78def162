"""`/api/polls`: list, read, vote, close. `messages` adds creating one."""

from flask import Response

from messages_service.caller import current_caller
from messages_service.context import current_context
from messages_service.polls import actions, queries
from messages_service.polls.schemas import NewVote, PollList, PollListQuery, PollPath
from messages_service.shapes.messages import Poll
from servicekit.web.answers import answer, answer_page
from servicekit.web.openapi import make_blueprint
from servicekit.web.schemas import Answer

blueprint = make_blueprint("polls", __name__)


@blueprint.get("/polls", responses={200: PollList})
def list_polls(query: PollListQuery) -> Response:
    """Polls, newest first.

    Of all my conversations, or of one; `before` and `after` are ids of polls.
    """
    polls, has_more = queries.list_polls(current_context(), current_caller(), query)
    return answer_page(polls, "before", has_more=has_more)


@blueprint.get("/polls/<int:poll_id>", responses={200: Answer[Poll]})
def get_poll(path: PollPath) -> Response:
    """One poll."""
    return answer(queries.poll_for(current_context(), current_caller(), path.poll_id))


@blueprint.post("/polls/<int:poll_id>/votes", responses={200: Answer[Poll]})
def cast_vote(path: PollPath, body: NewVote) -> Response:
    """Vote.

    Replaces my earlier vote; the same vote again changes nothing.
    """
    context, caller = current_context(), current_caller()
    actions.vote(context, caller, path.poll_id, body)
    return answer(queries.poll_for(context, caller, path.poll_id))


@blueprint.post("/polls/<int:poll_id>/close", responses={200: Answer[Poll]})
def close_poll(path: PollPath) -> Response:
    """End the voting.

    For the poll's author and for moderators.
    """
    context, caller = current_context(), current_caller()
    actions.close_poll(context, caller, path.poll_id)
    return answer(queries.poll_for(context, caller, path.poll_id))
