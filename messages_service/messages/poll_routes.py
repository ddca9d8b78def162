"""`POST /api/polls`: a poll is sent as a message. The other routes are those of `polls`."""

import orjson
from flask import Response

from messages_service.caller import acting_person, current_caller
from messages_service.context import current_context
from messages_service.messages import sending
from messages_service.messages.outgoing import Outgoing
from messages_service.polls.models import OutgoingPoll
from messages_service.polls.queries import poll_for
from messages_service.polls.routes import blueprint
from messages_service.polls.schemas import NewPoll
from messages_service.shapes.messages import Poll
from servicekit.web.answers import created_or_found
from servicekit.web.schemas import Answer

__all__ = ["blueprint"]


@blueprint.post("/polls", responses={201: Answer[Poll], 200: Answer[Poll]})
def create_poll(body: NewPoll) -> Response:
    """Ask.

    Posted as a message whose text is the question. 200 when this `client_id` was sent before.
    """
    context, caller = current_context(), current_caller()
    poll = OutgoingPoll(
        body.question, tuple(body.choices), body.multiple, body.anonymous, body.closes_at
    )
    outgoing = Outgoing(
        author_id=acting_person(context, caller, body.author_id),
        content=body.question,
        conversation_id=body.conversation_id,
        client_id=body.client_id,
        poll=poll,
    )
    sent = sending.post_message(context, outgoing)
    poll_id = orjson.loads(sent.data)["poll"]["id"]
    shown = poll_for(context, caller, poll_id)
    return created_or_found(shown, f"/api/polls/{poll_id}", is_new=sent.is_new)
