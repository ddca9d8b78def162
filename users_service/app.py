"""create_app(): assembles users_service and decides nothing."""

from pathlib import Path

from flask_migrate import Migrate
from flask_openapi3.openapi import OpenAPI

from servicekit.data.db import init_db
from servicekit.identity.verify import install_identity
from servicekit.serve.chores import Chore, install_chores
from servicekit.web.app import create_service, limit_path_ids
from users_service.access import OwnVerifier
from users_service.actions.cleanup import delete_ended
from users_service.actions.expiry import end_expired
from users_service.commands import keys_commands, people_commands
from users_service.models import db
from users_service.parts import install_parts
from users_service.publish import start_publishing
from users_service.routes import avatars, internal, invites, keys, sessions, tokens, users
from users_service.schemas import MAX_ID
from users_service.settings import UsersSettings

MIGRATIONS = Path(__file__).parent / "migrations"
EXPIRY_SECONDS = 15.0
CLEANUP_SECONDS = 3600.0


def create_app(settings: UsersSettings) -> OpenAPI:
    """users_service, ready to be served."""
    app = create_service(
        "users_service",
        settings,
        title="Parley: people",
        description="People, sessions, API tokens and invites.",
    )
    limit_path_ids(app, MAX_ID)
    init_db(app, db, settings)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    install_parts(app, settings)
    install_identity(app, OwnVerifier())
    start_publishing(app, settings.redis_url)
    install_chores(app, Chore(end_expired, EXPIRY_SECONDS), Chore(delete_ended, CLEANUP_SECONDS))
    for routes in (users, avatars, sessions, tokens, invites, keys, internal):
        app.register_api(routes.api)
    app.cli.add_command(keys_commands)
    app.cli.add_command(people_commands)
    return app
