"""`/internal`: for Parley's own services, which show the service secret."""

import orjson
from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from pydantic import ValidationError

from messages_service import errors
from messages_service.attachments.context import current_files
from messages_service.attachments.models import MAX_ALT, MAX_ATTACHMENTS
from messages_service.context import Context, current_context
from messages_service.conversations import queries
from messages_service.conversations.events import (
    current_epoch,
    cursors_of,
    cursors_of_many,
    events_of_many,
)
from messages_service.conversations.schemas import Cursors
from messages_service.internal.schemas import (
    InternalMessage,
    InternalMessages,
    MembersQuery,
    ResolveQuery,
)
from messages_service.membership.guests import contacts_of
from messages_service.messages.outgoing import Outgoing, Sent
from messages_service.messages.schemas import NewMessage
from messages_service.messages.sending import post_messages
from messages_service.models import MAX_CONTENT, MAX_NAME, MAX_SEARCH, MAX_TOPIC
from messages_service.polls.models import MAX_CHOICE, MAX_CHOICES, MAX_QUESTION
from messages_service.reports.models import MAX_REASON
from messages_service.schemas import UserPath
from servicekit.data.db import problem_of, reading
from servicekit.web.answers import answer
from servicekit.web.errors import Invalid, Problem
from servicekit.web.service_calls import require_service

blueprint = APIBlueprint("internal", __name__, url_prefix="/internal", doc_ui=False)
blueprint.before_request(require_service)


@blueprint.get("/users/<int:user_id>/conversations")
def list_conversations(path: UserPath) -> Response:
    """All of a person's conversations with their last seq."""
    context = current_context()
    return answer(
        {"conversations": cursors_of(context, path.user_id), "epoch": current_epoch(context)}
    )


@blueprint.get("/users/<int:user_id>/contacts")
def list_contacts(path: UserPath) -> Response:
    """The ids of the people in a person's conversations, theirs included."""
    return answer(contacts_of(current_context(), path.user_id))


@blueprint.get("/conversations")
def list_conversations_of_many(query: MembersQuery) -> Response:
    """The same of many people, all as they were at one moment."""
    context = current_context()
    return answer({"users": cursors_of_many(context, query.ids), "epoch": current_epoch(context)})


@blueprint.post("/events")
def list_events_of_many(body: Cursors) -> Response:
    """The events after a seq in each of many conversations, as in `/api/sync`."""
    return answer(events_of_many(current_context(), body))


@blueprint.get("/conversations/resolve")
def resolve_room(query: ResolveQuery) -> Response:
    """Find a person's room by name or id."""
    return answer(queries.resolve_room(current_context(), query.room, query.user_id))


@blueprint.get("/limits")
def get_limits() -> Response:
    """The greatest lengths of fields, numbers of things and bytes of a file, for forms."""
    return answer(
        {
            "content": MAX_CONTENT,
            "name": MAX_NAME,
            "topic": MAX_TOPIC,
            "search": MAX_SEARCH,
            "alt": MAX_ALT,
            "attachments": MAX_ATTACHMENTS,
            "upload_bytes": current_files().max_bytes,
            "question": MAX_QUESTION,
            "choice": MAX_CHOICE,
            "choices": MAX_CHOICES,
            "reason": MAX_REASON,
        }
    )


@blueprint.post("/messages")
def create_messages(body: InternalMessages) -> Response:
    """Group commit: all in one transaction, each with its own status."""
    context = current_context()
    results: list[dict[str, object]] = [{} for _ in body.messages]
    batch: dict[int, Outgoing] = {}
    for index, message in enumerate(body.messages):
        try:
            with reading(context.db):
                batch[index] = _read_outgoing(context, message)
        except Exception as error:
            results[index] = _failed(problem_of(error))
    for index, outcome in zip(batch, post_messages(context, list(batch.values())), strict=True):
        results[index] = _failed(outcome) if isinstance(outcome, Problem) else _sent(outcome)
    return answer({"results": results})


def _read_outgoing(context: Context, item: object) -> Outgoing:
    try:
        message = InternalMessage.model_validate(item)
        conversation_id = message.conversation_id or _id_of_room(context, message)
        checked = NewMessage(
            content=message.content,
            conversation_id=conversation_id,
            client_id=message.client_id,
            reply_to=message.reply_to,
            also_in_conversation=message.also_in_conversation,
            attachments=message.attachments,
            keep_draft=message.keep_draft,
        )
    except ValidationError as error:
        raise Invalid.from_pydantic(error) from error
    return Outgoing(
        author_id=message.author_id,
        content=checked.content,
        conversation_id=conversation_id,
        client_id=checked.client_id,
        reply_to=checked.reply_to,
        also_in_conversation=checked.also_in_conversation,
        attachments=checked.attachments or (),
        deletes_draft=not checked.keep_draft,
    )


def _id_of_room(context: Context, message: InternalMessage) -> int:
    row = queries.find_room(context, message.room or "", message.author_id)
    if row is None:
        raise errors.no_such_conversation()
    conversation_id: int = row.id
    return conversation_id


def _sent(sent: Sent) -> dict[str, object]:
    return {"status": 201 if sent.is_new else 200, "message": orjson.Fragment(sent.data)}


def _failed(problem: Problem) -> dict[str, object]:
    return {"status": problem.status, "problem": problem.as_dict()}
