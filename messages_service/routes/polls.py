"""`/api/polls`: a collection of the polls that I may see; ask, vote, close."""

import orjson
from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from messages_service.actions.polls import close_poll, vote
from messages_service.actions.sending import post_message
from messages_service.drafts import Draft
from messages_service.models_polls import NewPoll
from messages_service.parts import Caller, Parts, current_parts
from messages_service.queries.polls import describe_for, list_polls, readable_poll
from messages_service.routes.answers import acting_person, answer, current_caller
from messages_service.schemas_polls import AskedPoll, Poll, PollPath, Polls, PollsQuery, Vote
from servicekit.web.openapi import BEARER
from servicekit.web.paging import link_next

blueprint = APIBlueprint(
    "polls", __name__, url_prefix="/api", abp_tags=[Tag(name="polls")], abp_security=BEARER
)


@blueprint.get("/polls", summary="Polls, newest first", responses={200: Polls})
def list_mine(query: PollsQuery) -> Response:
    """Of all my conversations, or of one; `before` and `after` are ids of polls."""
    polls, more = list_polls(
        current_parts(),
        current_caller(),
        conversation_id=query.conversation_id,
        before=query.before,
        after=query.after,
        limit=query.limit,
    )
    response = answer(polls)
    return link_next(response, before=polls[-1]["id"]) if more else response


@blueprint.post("/polls", summary="Ask", responses={201: Poll, 200: Poll})
def create(body: AskedPoll) -> Response:
    """Posted as a message whose text is the question. 200 when this `client_id` was sent before."""
    parts, caller = current_parts(), current_caller()
    poll = NewPoll(
        body.question, tuple(body.choices), body.multiple, body.anonymous, body.closes_at
    )
    draft = Draft(
        author_id=acting_person(caller, body.author_id),
        content=body.question,
        conversation_id=body.conversation_id,
        client_id=body.client_id,
        poll=poll,
    )
    sent = post_message(parts, draft)
    poll_id = orjson.loads(sent.data)["poll"]["id"]
    return _shown(parts, caller, poll_id, 201 if sent.is_new else 200)


@blueprint.get("/polls/<int:poll_id>", summary="One poll", responses={200: Poll})
def show(path: PollPath) -> Response:
    return _shown(current_parts(), current_caller(), path.poll_id)


@blueprint.post("/polls/<int:poll_id>/votes", summary="Vote", responses={200: Poll})
def cast_vote(path: PollPath, body: Vote) -> Response:
    """My vote is what I said last; saying it again changes nothing."""
    parts, caller = current_parts(), current_caller()
    vote(parts, caller, acting_person(caller, body.author_id), path.poll_id, body.choice_ids)
    return _shown(parts, caller, path.poll_id)


@blueprint.post("/polls/<int:poll_id>/close", summary="End the voting", responses={200: Poll})
def close(path: PollPath) -> Response:
    """The poll's author may, and those who moderate there."""
    parts, caller = current_parts(), current_caller()
    close_poll(parts, caller, path.poll_id)
    return _shown(parts, caller, path.poll_id)


def _shown(parts: Parts, caller: Caller, poll_id: int, status: int = 200) -> Response:
    parts.db.session.rollback()  # what was read before the change is out of date
    connection = parts.db.session.connection()
    row = readable_poll(connection, caller, poll_id)
    return answer(describe_for(connection, caller, [row])[0], status)
