"""Run by Alembic, for `flask --app messages_service.wsgi db upgrade` and its like."""

from servicekit.migrations import run_migrations

run_migrations()
