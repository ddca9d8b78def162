"""create_app(): assembles users_service and decides nothing."""

from functools import partial
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from flask_openapi3.openapi import OpenAPI

from servicekit.data.db import init_db
from servicekit.http import ServiceClient
from servicekit.identity.verify import install_identity
from servicekit.mail import Mailer
from servicekit.sealing import Sealer
from servicekit.serve.chores import Chore, install_chores
from servicekit.web.app import create_service, in_background, limit_path_ids
from users_service.access import OwnVerifier
from users_service.actions.cleanup import delete_ended
from users_service.actions.expiry import end_expired
from users_service.actions.mails import send_due
from users_service.actions.profiles import end_past_statuses
from users_service.actions.two_step import reseal
from users_service.commands import keys_commands, people_commands
from users_service.context import EXTENSION, Context
from users_service.keys import KeyRing
from users_service.models.base import db
from users_service.openid import OpenIdProvider
from users_service.passwords import Passwords
from users_service.publish import Publisher
from users_service.routes import (
    audit,
    avatars,
    bot_tokens,
    email_confirmations,
    internal,
    invites,
    keys,
    openid,
    passkeys,
    password_resets,
    place,
    sessions,
    tokens,
    two_step,
    users,
)
from users_service.schemas.fields import MAX_INT
from users_service.settings import UsersSettings
from users_service.throttle import Throttle

MIGRATIONS = Path(__file__).parent / "migrations"
EXPIRY_SECONDS = 15.0
STATUS_SECONDS = 5.0
CLEANUP_SECONDS = 3600.0
MAIL_SECONDS = 1.0
BLUEPRINTS = tuple(
    routes.blueprint
    for routes in (
        users,
        avatars,
        sessions,
        tokens,
        bot_tokens,
        invites,
        password_resets,
        email_confirmations,
        two_step,
        passkeys,
        openid,
        keys,
        internal,
        audit,
        place,
    )
)


def create_app(settings: UsersSettings) -> OpenAPI:
    """users_service, ready to be served."""
    app = create_service(
        "users_service",
        settings,
        title="Parley: people",
        description="People, sessions, API tokens and invites.",
    )
    limit_path_ids(app, MAX_INT)
    init_db(app, db, settings)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    context = app.extensions[EXTENSION] = _make_context(app, settings)
    install_identity(app, OwnVerifier(context))
    for blueprint in (*BLUEPRINTS, openid.gateway_blueprint):
        app.register_api(blueprint)
    in_background(app, context.publisher.relay.start, context.publisher.relay.stop)
    install_chores(
        app,
        Chore(partial(end_expired, context), EXPIRY_SECONDS),
        Chore(partial(end_past_statuses, context), STATUS_SECONDS),
        Chore(partial(delete_ended, context), CLEANUP_SECONDS),
    )
    if settings.service_secret_fallback is not None:
        install_chores(app, Chore(partial(reseal, context), CLEANUP_SECONDS))
    if context.mailer.is_on:
        # In a thread of its own: other chores must not wait for a slow mail server.
        install_chores(app, Chore(partial(send_due, context), MAIL_SECONDS))
    app.cli.add_command(keys_commands)
    app.cli.add_command(people_commands)
    return app


def _make_context(app: Flask, settings: UsersSettings) -> Context:
    with app.app_context():
        publisher = Publisher(db.engine, settings.redis_url)
    secret, fallback = settings.service_secret, settings.service_secret_fallback
    return Context(
        db=db,
        publisher=publisher,
        settings=settings,
        passwords=Passwords(
            time_cost=settings.password_time_cost,
            memory_kib=settings.password_memory_kib,
            at_once=settings.password_hashers,
        ),
        keys=KeyRing(db, publisher, secret, fallback),
        throttle=Throttle(settings.redis_url),
        messages=ServiceClient(settings.messages_url, service_secret=secret),
        mailer=Mailer(settings),
        sealer=Sealer("sealed in users_service", secret, fallback),
        openid=OpenIdProvider(settings),
    )
