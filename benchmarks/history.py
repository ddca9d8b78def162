"""A messages database with a long history, written by SQL alone: rows as messages_service has them.

One person is in `CONVERSATIONS_OF_ONE` conversations; the longest of these has a tenth of all
messages, and the others share the rest with the remaining conversations.
"""

from dataclasses import dataclass

from sqlalchemy import Engine, text

from benchmarks.reading import count_rows, filling

CONVERSATIONS_OF_ONE = 500
PERSON_ID = 1
LONGEST_ID = 1
SHARE_OF_LONGEST = 10
UNREAD = 5


@dataclass(frozen=True)
class History:
    """The size of a history."""

    messages: int
    conversations: int

    @property
    def in_longest(self) -> int:
        return self.messages // SHARE_OF_LONGEST

    @property
    def in_each_other(self) -> int:
        return (self.messages - self.in_longest) // (self.conversations - 1)


def fill(engine: Engine, history: History) -> None:
    """Write the history into an empty database, and let the engine count its rows."""
    values = {
        "conversations": history.conversations,
        "longest": history.in_longest,
        "each": history.in_each_other,
        "mine": CONVERSATIONS_OF_ONE,
        "unread": UNREAD,
    }
    with filling(engine) as connection:
        for statement in (PEOPLE, CONVERSATIONS, MY_MEMBERSHIPS, OTHER_MEMBERSHIPS, LAST_SEQS):
            connection.execute(text(statement), values)
        for statement in (MESSAGES, EVENTS):
            connection.execute(text(statement), values)
    count_rows(engine)


NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {})"
MOMENT = "'2026-01-01 00:00:00.000000'"
PEOPLE = f"""
INSERT INTO profiles (id, name, nickname, nickname_key, role, active)
{NUMBERS.format(2)}
SELECT n, 'Person ' || n, 'person' || n, 'person' || n, 'member', n > 0 FROM numbers
"""
CONVERSATIONS = f"""
INSERT INTO conversations
    (id, kind, visibility, name, name_key, look_key, created_by, created_at, active_at)
{NUMBERS.format("CAST(:conversations AS INTEGER)")}
SELECT n, 'room', 'public', 'Room ' || n, 'room ' || n, 'room ' || n, 2, {MOMENT}, {MOMENT}
FROM numbers
"""
LAST_SEQS = """
UPDATE conversations SET member_count = 2,
    last_seq = CASE WHEN id = 1 THEN CAST(:longest AS INTEGER) ELSE CAST(:each AS INTEGER) END,
    last_message_seq = CASE
        WHEN id = 1 THEN CAST(:longest AS INTEGER) ELSE CAST(:each AS INTEGER) END
"""
OTHER_MEMBERSHIPS = f"""
INSERT INTO memberships (conversation_id, user_id, role, joined_at)
SELECT id, 2, 'owner', {MOMENT} FROM conversations
"""
MY_MEMBERSHIPS = f"""
INSERT INTO memberships (conversation_id, user_id, role, joined_at, read_seq)
SELECT id, 1, 'member', {MOMENT},
    CASE WHEN id = 1 THEN CAST(:longest AS INTEGER) ELSE CAST(:each AS INTEGER) END
        - CAST(:unread AS INTEGER)
FROM conversations WHERE id <= CAST(:mine AS INTEGER)
"""
# Written in turn by the conversations, as people write: a page's rows are not side by side.
MESSAGES = f"""
INSERT INTO messages (conversation_id, seq, author_id, content, html, created_at)
WITH RECURSIVE
    many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < CAST(:longest AS INTEGER)),
    few(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM few WHERE n < CAST(:each AS INTEGER)),
    written(conversation_id, n, part) AS (
        SELECT 1, n, n * 1.0 / CAST(:longest AS INTEGER) FROM many
        UNION ALL
        SELECT id, n, n * 1.0 / CAST(:each AS INTEGER) FROM few, conversations WHERE id > 1
    )
SELECT conversation_id, n, 2, 'Shall we meet on Thursday? ' || n,
    '<p>Shall we meet on Thursday? ' || n || '</p>', {MOMENT}
FROM written ORDER BY part, conversation_id
"""
EVENTS = f"""
INSERT INTO events (conversation_id, seq, type, date, data, message_id)
SELECT conversation_id, seq, 'message.created', {MOMENT},
    '{{"id": ' || id || ', "conversation_id": ' || conversation_id || ', "seq": ' || seq
        || ', "content": "' || content || '", "html": "' || html || '"}}', NULL
FROM messages
"""
