"""A temporary database, which holds the records of an archive until all of them are checked.

So memory is bounded, messages are put in order, and nothing is stored before everything is valid.
"""

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import orjson

from messages_service.imports.errors import Place, refused
from messages_service.imports.records import ConversationRecord, MessageRecord, PersonRecord
from messages_service.shapes.messages import Mentions
from servicekit.language import _

BATCH: Final = 200
_TABLES = """
    CREATE TABLE people (id TEXT PRIMARY KEY, data TEXT);
    CREATE TABLE conversations (id TEXT PRIMARY KEY, position INTEGER, data TEXT);
    CREATE TABLE messages (
        position INTEGER PRIMARY KEY, id TEXT UNIQUE, conversation_id TEXT, sort TEXT,
        reply_to TEXT, thread_id TEXT, data TEXT, place TEXT,
        html TEXT, forward_html TEXT, mentions TEXT, local_id INTEGER
    );
    CREATE TABLE files (message_id TEXT, position INTEGER, attachment_id INTEGER);
    CREATE INDEX of_message ON files (message_id, position);
    CREATE INDEX in_order ON messages (conversation_id, sort, position);
"""
_WITHOUT_FIRST = """
    SELECT place FROM messages AS reply WHERE {column} IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM messages AS first
        WHERE first.id = reply.{column} AND first.conversation_id = reply.conversation_id
        AND (first.sort, first.position) < (reply.sort, reply.position)
    ) ORDER BY position LIMIT 1
"""

_COUNTS = {
    "people": "SELECT COUNT(*) FROM people",
    "conversations": "SELECT COUNT(*) FROM conversations",
    "messages": "SELECT COUNT(*) FROM messages",
}
_LOCAL_IDS = """
    SELECT id, local_id FROM messages
    WHERE id IN (SELECT value FROM json_each(?)) AND local_id IS NOT NULL
"""


@dataclass(slots=True)
class Staged:
    """A message and its state; `local_id` is its id here, once it is stored."""

    conversation_id: str
    record: MessageRecord
    html: str
    forward_html: str
    mentions: Mentions
    local_id: int | None


class Stage:
    """`source` names the place of origin; it is set by the format's reader."""

    def __init__(self) -> None:
        self._file = tempfile.NamedTemporaryFile(prefix="parley-import-")  # noqa: SIM115
        self._database = sqlite3.connect(self._file.name, check_same_thread=False)
        self._database.isolation_level = None
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -16000"):
            self._database.execute(f"PRAGMA {setting}")
        self._database.executescript(_TABLES)
        self.source = ""
        self.person_ids: set[str] = set()

    def close(self) -> None:
        self._database.close()
        self._file.close()

    def add_person(self, place: Place, person: PersonRecord) -> None:
        if person.id in self.person_ids:
            raise refused(place, _("the id %(id)s occurs twice", id=person.id))
        self.person_ids.add(person.id)
        self._run("INSERT INTO people VALUES (?, ?)", person.id, _json(person))

    def add_conversation(self, place: Place, conversation: ConversationRecord) -> None:
        for member in conversation.members:
            self._require_person(place, member.user_id)
        if conversation.created_by is not None:
            self._require_person(place, conversation.created_by)
        position = self.count("conversations")
        try:
            self._run(
                "INSERT INTO conversations VALUES (?, ?, ?)",
                conversation.id, position, _json(conversation),
            )  # fmt: skip
        except sqlite3.IntegrityError:
            raise refused(place, _("the id %(id)s occurs twice", id=conversation.id)) from None

    def add_message(
        self, place: Place, conversation_id: str, message: MessageRecord, sort: str = ""
    ) -> None:
        """Messages are ordered by `sort`, then as they come."""
        for person_id in message.person_ids():
            self._require_person(place, person_id)
        try:
            self._run(
                "INSERT INTO messages"
                " (id, conversation_id, sort, reply_to, thread_id, data, place)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                message.id, conversation_id, sort, message.reply_to, message.thread_id,
                _json(message), str(place),
            )  # fmt: skip
        except sqlite3.IntegrityError:
            raise refused(place, _("the id %(id)s occurs twice", id=message.id)) from None

    def check(self) -> None:
        """Check references between records, which needs all of them; raises Problem."""
        for column in ("reply_to", "thread_id"):
            row = self._database.execute(_WITHOUT_FIRST.format(column=column)).fetchone()
            if row is not None:
                words = _("%(field)s must be an earlier message of the same file", field=column)
                raise refused(row[0], words)

    def count(self, table: Literal["people", "conversations", "messages"]) -> int:
        row = self._database.execute(_COUNTS[table]).fetchone()
        return int(row[0])

    def people(self) -> Iterator[PersonRecord]:
        for (data,) in self._database.execute("SELECT data FROM people ORDER BY rowid"):
            yield PersonRecord.model_validate_json(data)

    def conversations(self) -> Iterator[ConversationRecord]:
        query = "SELECT data FROM conversations ORDER BY position"
        for (data,) in self._database.execute(query).fetchall():
            yield ConversationRecord.model_validate_json(data)

    def batches(self, conversation_id: str) -> Iterator[list[Staged]]:
        """The messages of a conversation in their order; may be changed while they are read."""
        last: tuple[str, int] = ("", 0)
        while True:
            rows = self._database.execute(
                "SELECT sort, position, data, html, forward_html, mentions, local_id"
                " FROM messages"
                " WHERE conversation_id = ? AND (sort, position) > (?, ?)"
                " ORDER BY sort, position LIMIT ?",
                (conversation_id, *last, BATCH),
            ).fetchall()
            if not rows:
                return
            yield [_staged(conversation_id, row) for row in rows]
            last = rows[-1][:2]

    def set_rendered(self, staged: Staged) -> None:
        self._run(
            "UPDATE messages SET html = ?, forward_html = ?, mentions = ? WHERE id = ?",
            staged.html, staged.forward_html, orjson.dumps(staged.mentions).decode(),
            staged.record.id,
        )  # fmt: skip

    def add_file(self, message_id: str, position: int, attachment_id: int) -> None:
        self._run("INSERT INTO files VALUES (?, ?, ?)", message_id, position, attachment_id)

    def files_of(self, message_id: str) -> list[int]:
        """The ids of its attachments, in their order."""
        query = "SELECT attachment_id FROM files WHERE message_id = ? ORDER BY position"
        return [row[0] for row in self._database.execute(query, (message_id,))]

    def all_files(self) -> list[int]:
        return [row[0] for row in self._database.execute("SELECT attachment_id FROM files")]

    def set_local(self, message_id: str, local_id: int) -> None:
        self._run("UPDATE messages SET local_id = ? WHERE id = ?", local_id, message_id)

    def local_ids(self, message_ids: Sequence[str]) -> dict[str, int]:
        """The ids here of the stored messages."""
        listed = orjson.dumps(list(message_ids)).decode()
        return dict(self._database.execute(_LOCAL_IDS, (listed,)).fetchall())

    def _require_person(self, place: Place, person_id: str) -> None:
        if person_id not in self.person_ids:
            raise refused(place, _("there is no person %(id)s", id=person_id))

    def _run(self, statement: str, *values: object) -> None:
        self._database.execute(statement, values)


def _staged(conversation_id: str, row: tuple[str, int, str, str, str, str, int | None]) -> Staged:
    _sort, _position, data, html, forward_html, mentions, local_id = row
    record = MessageRecord.model_validate_json(data)
    mentioned: Mentions = {"user_ids": [], "everyone": None}
    if mentions:
        mentioned = orjson.loads(mentions)
    return Staged(conversation_id, record, html or "", forward_html or "", mentioned, local_id)


def _json(record: PersonRecord | ConversationRecord | MessageRecord) -> str:
    return record.model_dump_json(exclude_defaults=True)
