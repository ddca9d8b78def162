"""Slash commands: administrators make them, members run them, a URL answers."""

from typing import Any, Final

import orjson
import structlog
from pydantic import ValidationError
from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from messages_service import errors
from messages_service.audit.actions import record
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.integrations.context import Integrations
from messages_service.integrations.managing import SIGNING_SECRET
from messages_service.integrations.receiving import check_content, nicknames_of
from messages_service.integrations.schemas import NewCommand, TypedCommand
from messages_service.integrations.shapes import CommandAnswer
from messages_service.integrations.signing import signed_headers
from messages_service.integrations.slack import SlackMessage
from messages_service.membership.access import readable_conversation, readable_message
from messages_service.messages import sending
from messages_service.messages.outgoing import Outgoing
from messages_service.people.profiles import Profile
from messages_service.webhooks.models import MAX_COMMANDS, commands
from servicekit.data.db import reading, transaction
from servicekit.language import _
from servicekit.public_web.addresses import NotFetched
from servicekit.public_web.client import Answer
from servicekit.secret_tokens import new_secret
from servicekit.times import utcnow

SECONDS: Final = 5.0
MAX_BYTES: Final = 65_536
IN_CHANNEL: Final = "in_channel"
audit = structlog.stdlib.get_logger("parley.audit")


def make_command(
    context: Context, integrations: Integrations, caller: Caller, new: NewCommand
) -> tuple[int, str]:
    """Create a command; returns its id and the secret that signs its requests."""
    caller.require_admin()
    _account = integrations.account.id  # made before the first answer
    secret = new_secret(SIGNING_SECRET)
    try:
        with transaction(context.db) as running:
            there = select(func.count()).where(commands.c.deleted_at.is_(None))
            if running.connection.execute(there).scalar_one() >= MAX_COMMANDS:
                raise errors.too_many_commands(MAX_COMMANDS)
            made = insert(commands).values(
                name=new.name,
                name_key=new.name,
                description=new.description,
                usage=new.usage,
                emoji=new.emoji,
                url=new.url,
                sealed_secret=integrations.sealer.seal(secret),
                owner_id=caller.user_id,
                created_at=utcnow(),
            )
            command_id: int = running.connection.execute(made.returning(commands.c.id)).scalar_one()
            record(running.connection, "command.created", caller.user_id, command=new.name)
    except IntegrityError as error:
        raise errors.command_taken(new.name) from error
    audit.info("command made", command_id=command_id, name=new.name, user_id=caller.user_id)
    return command_id, secret


def delete_command(context: Context, caller: Caller, command_id: int) -> None:
    """Delete a command; does nothing if it is deleted already."""
    caller.require_admin()
    with transaction(context.db) as running:
        known = select(commands.c.deleted_at, commands.c.name).where(commands.c.id == command_id)
        row = running.connection.execute(known).one_or_none()
        if row is None:
            raise errors.no_such_command(str(command_id))
        if row.deleted_at is None:
            gone = update(commands).where(commands.c.id == command_id)
            running.connection.execute(gone.values(deleted_at=utcnow(), name_key=None))
            record(running.connection, "command.deleted", caller.user_id, command=row.name)
            audit.info("command deleted", command_id=command_id, user_id=caller.user_id)


def run_command(
    context: Context,
    integrations: Integrations,
    caller: Caller,
    conversation_id: int,
    typed: TypedCommand,
) -> CommandAnswer:
    """Ask the command's URL, and show or post its answer; raises Problem."""
    name, _space, arguments = typed.text.strip().removeprefix("/").partition(" ")
    with reading(context.db):  # holds no connection while it waits for the answer
        person, place = _person_and_place(context, caller, conversation_id, typed.reply_to)
        command = _find(context, name)
    context.limits.messages.count(person.id)
    payload = {
        "command": f"/{command.name}",
        "text": arguments.strip(),
        "user_id": person.id,
        "user_name": person.nickname,
        "conversation_id": conversation_id,
        "channel_id": conversation_id,
        "channel_name": place.name,
    }
    message = _ask(integrations, command, orjson.dumps(payload))
    content = message.content(lambda ids: nicknames_of(context, ids))
    if message.response_type == IN_CHANNEL and content:
        return _post(context, integrations, command, message, content, conversation_id, typed)
    content = content or _("The command has no answer.")
    with reading(context.db):
        html = context.markdown.render(content).html
    return {"response_type": "ephemeral", "text": content, "html": html, "message": None}


def _person_and_place(
    context: Context, caller: Caller, conversation_id: int, reply_to: int | None
) -> tuple[Profile, Row[Any]]:
    assert caller.user_id is not None
    person = context.profiles.find_active(caller.user_id, "author_id")
    place = readable_conversation(context, caller, conversation_id)
    if place.archived_at is not None:
        raise errors.archived_conversation()
    if reply_to is not None and (
        readable_message(context, caller, reply_to).conversation_id != conversation_id
    ):
        raise errors.no_such_message()
    return person, place


def _find(context: Context, name: str) -> Row[Any]:
    known = select(commands).where(commands.c.name_key == name.lower())
    command = context.db.session.execute(known).one_or_none()
    if command is None:
        raise errors.no_such_command(name)
    return command


def _ask(integrations: Integrations, command: Row[Any], body: bytes) -> SlackMessage:
    secret = integrations.sealer.open(command.sealed_secret)
    if secret is None:
        raise errors.command_failed(_("The secret of this command cannot be read; make it again."))
    with integrations.running.taken():
        try:
            answer = integrations.web.post(
                command.url,
                body,
                signed_headers(secret, body),
                max_bytes=MAX_BYTES,
                seconds=SECONDS,
            )
        except NotFetched as error:
            raise errors.command_failed(
                _("The server of /%(name)s does not answer; try again later.", name=command.name)
            ) from error
    return _read(command, answer)


def _read(command: Row[Any], answer: Answer) -> SlackMessage:
    """JSON in Slack's format, or plain text."""
    if not 200 <= answer.status < 300:
        raise errors.command_failed(
            _(
                "The server of /%(name)s answered with status %(status)s.",
                name=command.name,
                status=answer.status,
            )
        )
    text = answer.body.decode("utf-8", "replace").strip()
    is_json = answer.headers.get("content-type", "").startswith("application/json")
    try:
        if not answer.is_whole:
            raise ValueError
        found = orjson.loads(text) if is_json and text else {"text": text}
        return SlackMessage.model_validate(found)
    except (ValueError, ValidationError) as error:
        raise errors.command_failed(
            _("The answer of /%(name)s cannot be read.", name=command.name)
        ) from error


def _post(
    context: Context,
    integrations: Integrations,
    command: Row[Any],
    message: SlackMessage,
    content: str,
    conversation_id: int,
    typed: TypedCommand,
) -> CommandAnswer:
    check_content(content)
    outgoing = Outgoing(
        author_id=integrations.account.id,
        content=content,
        conversation_id=conversation_id,
        reply_to=typed.reply_to,
        posted_as=message.posted_as(command.name, command.emoji),
    )
    sent = sending.post_message(context, outgoing)
    shown = orjson.loads(sent.data)
    return {
        "response_type": "in_channel",
        "text": content,
        "html": shown["html"],
        "message": shown,
    }
