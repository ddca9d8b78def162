"""`POST /api/polls`: a poll is sent as a message. The other routes are those of `polls`."""

import orjson
from flask import Response

from messages_service.answers import acting_person, current_caller
from messages_service.context import current_context
from messages_service.messages.drafts import Draft
from messages_service.messages.sending import post_message
from messages_service.polls.models import NewPoll
from messages_service.polls.routes import answer_poll, blueprint
from messages_service.polls.schemas import AskedPoll
from messages_service.shapes import Poll
from servicekit.web.schemas import Answer

__all__ = ["blueprint"]


@blueprint.post("/polls", summary="Ask", responses={201: Answer[Poll], 200: Answer[Poll]})
def create(body: AskedPoll) -> Response:
    """Posted as a message whose text is the question. 200 when this `client_id` was sent before."""
    context, caller = current_context(), current_caller()
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
    sent = post_message(context, draft)
    poll_id = orjson.loads(sent.data)["poll"]["id"]
    return answer_poll(context, caller, poll_id, 201 if sent.is_new else 200)
