"""Commands for operators: `flask --app messages_service.wsgi renew-epoch`."""

import click
from flask.cli import with_appcontext

from messages_service.context import current_context
from messages_service.log import renew_epoch
from servicekit.data.db import transaction


@click.command("renew-epoch")
@with_appcontext
def renew_epoch_command() -> None:
    """After a restore: make every client reload."""
    with transaction(current_context().db) as running:
        click.echo(renew_epoch(running.connection))
