"""One index of PostgreSQL for the text and the terms of messages: it intersects both."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        # A short pending list: each search reads all of it.
        op.execute(
            "CREATE INDEX ix_search_entries_text_terms ON search_entries"
            " USING gin (text gin_trgm_ops, terms) WITH (gin_pending_list_limit = 256)"
        )
        op.execute("DROP INDEX ix_search_entries_text")
        op.execute("DROP INDEX ix_search_entries_terms")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE INDEX ix_search_entries_text ON search_entries USING gin (text gin_trgm_ops)"
        )
        op.execute("CREATE INDEX ix_search_entries_terms ON search_entries USING gin (terms)")
        op.execute("DROP INDEX ix_search_entries_text_terms")
