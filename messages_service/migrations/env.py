"""Run by Alembic, for `flask --app messages_service.wsgi db upgrade` and its like."""

from servicekit.data.migrations import run_migrations

run_migrations()
