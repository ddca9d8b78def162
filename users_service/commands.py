"""Commands for operators: `flask --app users_service.wsgi keys|people …`."""

import re
from typing import TextIO

import click
import structlog
from flask.cli import AppGroup
from sqlalchemy import select

from servicekit.data.db import transaction
from servicekit.web.errors import Conflict, NotFound
from users_service import audit_log, feed
from users_service.actions.bots import ensure_bot
from users_service.actions.password_resets import add_password_reset
from users_service.actions.revoke import revoke_sessions, revoke_tokens
from users_service.actions.users import change_user
from users_service.caller import Caller
from users_service.context import Context, current_context
from users_service.models.people import User
from users_service.names import no_email_of
from users_service.passwords import check_password
from users_service.queries.people import find_by_login
from users_service.schemas.people import UserChanges
from users_service.secret_tokens import API_TOKEN

keys_commands = AppGroup("keys", help="The keys that sign access tokens.")
people_commands = AppGroup("people", help="Accounts.")
audit = structlog.stdlib.get_logger("parley.audit")


@keys_commands.command("rotate")
@click.option("--now", is_flag=True, help="Refuse everything that older keys signed, at once.")
def rotate_keys(now: bool) -> None:
    """Sign with a new key; tokens of the old one stay valid until they expire, or end --now."""
    click.echo(f"signing with {current_context().keys.rotate(now=now)}")


@keys_commands.command("list")
def show_keys() -> None:
    """The published keys, newest first."""
    for key in current_context().keys.published():
        click.echo(key["kid"])


@people_commands.command("keep-bot")
@click.argument("nickname")
@click.argument("name")
@click.argument("token_file", type=click.File())
def ensure_bot_command(nickname: str, name: str, token_file: TextIO) -> None:
    """Create the bot, or set its API token to the one in the file."""
    token = token_file.read().strip()
    if not re.fullmatch(rf"{API_TOKEN}[\w-]{{43,}}", token):
        raise click.ClickException(f"a token is {API_TOKEN} and 43 characters or more")
    try:
        bot_id = ensure_bot(current_context(), nickname, name, no_email_of(nickname), token)
    except Conflict as problem:
        raise click.ClickException(problem.detail) from None
    click.echo(f"{nickname} is number {bot_id}")


@people_commands.command("list")
def list_people() -> None:
    """Nickname, role, e-mail and name of each account."""
    for user in current_context().db.session().scalars(select(User).order_by(User.id)):
        role = user.role if user.active else f"{user.role}, inactive"
        click.echo("\t".join((user.nickname, role, user.email or "-", user.name)))


@people_commands.command("make-admin")
@click.argument("login")
def make_admin(login: str) -> None:
    """Make a person an administrator, by nickname or e-mail."""
    context = current_context()
    user = _person(context, login)
    if user.role == "bot" or not user.active:
        raise click.ClickException(f"{user.nickname} is a bot, or inactive")
    change_user(context, Caller(None, "admin"), user.id, UserChanges(role="admin"))
    click.echo(f"{user.nickname} is an administrator")


@people_commands.command("reset-password")
@click.argument("login")
def reset_password(login: str) -> None:
    """Print a link with which the person chooses a new password, once, within a day."""
    context = current_context()
    user = _person(context, login)
    try:
        secret, _reset, _user = add_password_reset(context, user.id, None)
    except NotFound:
        raise click.ClickException(f"{user.nickname} is inactive") from None
    click.echo(f"{context.settings.public_url.rstrip('/')}/reset/{secret}")


@people_commands.command("set-password")
@click.argument("login")
@click.password_option()
@click.option("--keep-tokens", is_flag=True, help="Leave the person's API tokens working.")
def set_password(login: str, password: str, keep_tokens: bool) -> None:
    """Give a person a new password, and end their sessions and API tokens."""
    context = current_context()
    found = _person(context, login)
    user_id = found.id
    try:
        check_password(password, found.name, found.nickname, found.email)
    except ValueError as error:
        raise click.ClickException(f"the password {error}") from None
    password_hash = context.passwords.hash(password)
    with transaction(context.db) as running:
        feed.lock(running)
        user = running.session.get_one(type(found), user_id)
        user.password_hash = password_hash
        sessions = revoke_sessions(context, running, user_id)
        tokens = 0 if keep_tokens else revoke_tokens(context, running, user_id)
        audit_log.record(running, "password.changed", None, user_id)
    audit.info("password set", user_id=user_id, by="command line")
    click.echo(f"done; ended {sessions} sessions and {tokens} API tokens")


def _person(context: Context, login: str) -> User:
    found = find_by_login(context, login)
    if found is None:
        raise click.ClickException(f"there is no account {login}")
    return found
