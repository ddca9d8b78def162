"""`/api/commands`: slash commands, and running one in a conversation."""

from flask import Response

from messages_service.caller import current_person
from messages_service.context import current_context
from messages_service.integrations import commanding, queries
from messages_service.integrations.context import current_integrations
from messages_service.integrations.schemas import (
    CommandList,
    CommandPath,
    CommandPlacePath,
    NewCommand,
    TypedCommand,
)
from messages_service.integrations.shapes import Command, CommandAnswer, CreatedCommand
from servicekit.web.answers import answer, answer_page, created, no_content
from servicekit.web.openapi import make_blueprint
from servicekit.web.paging import PageQuery
from servicekit.web.schemas import Answer

blueprint = make_blueprint("commands", __name__)


@blueprint.post("/commands", responses={201: Answer[CreatedCommand]})
def create_command(body: NewCommand) -> Response:
    """Make a slash command.

    For administrators. The secret, which signs each request, is shown only once.
    """
    context, (caller, _) = current_context(), current_person()
    command_id, secret = commanding.make_command(context, current_integrations(), caller, body)
    row = queries.get_command(context, command_id)
    shown: CreatedCommand = {**queries.show_command(row, caller), "secret": secret}
    return created(shown, f"/api/commands/{command_id}")


@blueprint.get("/commands", responses={200: CommandList})
def list_commands(query: PageQuery) -> Response:
    """Slash commands, by id.

    Those that Parley answers itself, such as `/poll`, are not listed.
    """
    caller, _ = current_person()
    found, has_more = queries.list_commands(current_context(), caller, query)
    return answer_page(found, "after", has_more=has_more)


@blueprint.get("/commands/<int:command_id>", responses={200: Answer[Command]})
def get_command(path: CommandPath) -> Response:
    """One slash command."""
    context, (caller, _) = current_context(), current_person()
    return answer(queries.show_command(queries.get_command(context, path.command_id), caller))


@blueprint.delete("/commands/<int:command_id>", responses={204: None})
def delete_command(path: CommandPath) -> Response:
    """Delete a slash command."""
    caller, _ = current_person()
    commanding.delete_command(current_context(), caller, path.command_id)
    return no_content()


@blueprint.post(
    "/conversations/<int:conversation_id>/commands", responses={200: Answer[CommandAnswer]}
)
def run_command(path: CommandPlacePath, body: TypedCommand) -> Response:
    """Run a slash command in a conversation.

    Its answer is for me alone (`ephemeral`), or a message to the conversation (`in_channel`).
    """
    caller, _ = current_person()
    context, integrations = current_context(), current_integrations()
    return answer(commanding.run_command(context, integrations, caller, path.conversation_id, body))
