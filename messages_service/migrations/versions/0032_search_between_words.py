"""In PostgreSQL's search entries capital letters stand for what is between words."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

SEPARATORS = " _.-/:@,(#"
CAPITALS = "QXZJVWKYUB"


def upgrade() -> None:
    rewrite(SEPARATORS, CAPITALS)


def downgrade() -> None:
    rewrite(CAPITALS, SEPARATORS)


def rewrite(earlier: str, later: str) -> None:
    """Without the index, which is built sooner than it is changed."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP INDEX ix_search_entries_text_terms")
    op.execute(f"UPDATE search_entries SET text = translate(text, '{earlier}', '{later}')")
    # A short pending list: each search reads all of it.
    op.execute(
        "CREATE INDEX ix_search_entries_text_terms ON search_entries"
        " USING gin (text gin_trgm_ops, terms) WITH (gin_pending_list_limit = 256)"
    )
