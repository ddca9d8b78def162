"""The search index, also over the messages that are there already."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.exc import DBAPIError

# The index must hold what the service's own code writes and searches.
from messages_service.indexing.entries import refresh_entries

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
BATCH = 1000
NO_EXTENSION = (
    'Search needs the PostgreSQL extension pg_trgm, which this role may not create, or which is not installed.'
    ' Install it (Debian: postgresql-contrib) and run "CREATE EXTENSION pg_trgm;" in this database as a superuser;'
    ' then migrate again.'
)


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == 'sqlite'
    if not is_sqlite:
        create_extension()
    op.create_table('search_entries',
    sa.Column('message_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('terms', sa.Text().with_variant(TSVECTOR(), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_search_entries_message_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_search_entries'))
    )
    if is_sqlite:
        create_sqlite_index()
    index_messages()
    if not is_sqlite:
        op.execute('CREATE INDEX ix_search_entries_text ON search_entries USING gin (text gin_trgm_ops)')
        op.execute('CREATE INDEX ix_search_entries_terms ON search_entries USING gin (terms)')


def downgrade() -> None:
    # PostgreSQL keeps its extension: others may use it.
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('DROP TABLE search_index')
    op.drop_table('search_entries')


def create_extension() -> None:
    found = op.get_bind().execute(sa.text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'"))
    if found.first() is None:
        try:
            op.execute('CREATE EXTENSION pg_trgm')
        except DBAPIError as error:
            raise RuntimeError(NO_EXTENSION) from error


def create_sqlite_index() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5(text, terms, content='search_entries',"
        " content_rowid='message_id', tokenize='trigram case_sensitive 1', detail=none, columnsize=0)"
    )
    op.execute(
        'CREATE TRIGGER search_entries_insert AFTER INSERT ON search_entries BEGIN'
        ' INSERT INTO search_index (rowid, text, terms) VALUES (new.message_id, new.text, new.terms); END'
    )
    op.execute(
        'CREATE TRIGGER search_entries_delete AFTER DELETE ON search_entries BEGIN'
        " INSERT INTO search_index (search_index, rowid, text, terms) VALUES ('delete', old.message_id, old.text, old.terms); END"
    )


def index_messages() -> None:
    connection, last = op.get_bind(), 0
    query = sa.text('SELECT id FROM messages WHERE id > :last AND deleted_at IS NULL ORDER BY id LIMIT :batch')
    while ids := list(connection.execute(query, {'last': last, 'batch': BATCH}).scalars()):
        refresh_entries(connection, ids)
        last = ids[-1]
