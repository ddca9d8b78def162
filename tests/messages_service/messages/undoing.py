"""The end of the time in which a deletion can be undone."""

from datetime import timedelta

from flask_openapi3.openapi import OpenAPI
from sqlalchemy import update

from messages_service.messages.deleting import UNDO_WITHIN, purge_deletions
from messages_service.models import deletions
from servicekit.times import utcnow
from tests.messages_service.attachments.files import engine_of
from tests.messages_service.conftest import parts_of


def end_undoing(app: OpenAPI) -> None:
    """As if all deletions so far had been made long ago; purges them."""
    long_ago = utcnow() - UNDO_WITHIN - timedelta(seconds=1)
    with engine_of(app).begin() as connection:
        connection.execute(update(deletions).values(deleted_at=long_ago))
    with app.app_context():
        purge_deletions(parts_of(app))
