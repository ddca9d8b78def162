"""Makes an export: texts as they were at one moment, and then the files.

The texts are read in one transaction and kept in a compressed temporary file, so that a slow
reader of the export holds up no transaction. Files never change; they are read as they are sent.
"""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

import orjson
from sqlalchemy import Connection, Engine, exists, select

from messages_service.attachments.blobs import BlobGone, read_blob
from messages_service.attachments.models import STORED, blobs
from messages_service.exports.archive import Archive
from messages_service.exports.lines import Named, StoredFile, message_lines
from messages_service.exports.own import own_lines, own_settings
from messages_service.exports.queries import (
    Scope,
    conversation_lines,
    message_pages,
    person_lines,
)
from messages_service.exports.shapes import (
    CONVERSATIONS,
    FORMAT,
    MANIFEST,
    PEOPLE,
    VERSION,
    Counts,
    Manifest,
    Place,
)
from servicekit.times import isoformat, utcnow
from servicekit.web.health import parley_version

SENT_AT_ONCE: Final = 64 * 1024
README: Final = (
    "An export of Parley. Every line of an .ndjson file is a JSON object; texts are Markdown.\n"
    "conversations.ndjson names the file of each conversation's messages, people.ndjson the\n"
    "people by id. manifest.json has the size and SHA-256 of every other file.\n"
    "Check and read it with: python -m parley_export verify FILE.zip, or show FILE.zip.\n"
    "docs/export.md of Parley explains every field.\n"
)


class Export:
    """An export whose texts are read; iterating over it gives the ZIP. `close` ends it early."""

    def __init__(self, engine: Engine, scope: Scope, place: Place, account: Any = None) -> None:
        """`account` is the profile of the person, in a person's own export."""
        self._engine, self._scope, self._place = engine, scope, place
        self._made_at = utcnow()
        self._archive = Archive()
        self._named = Named(user_ids={scope.user_id})
        self._counts: Counts = {"people": 0, "conversations": 0, "messages": 0, "files": 0}
        self._missing: list[str] = []
        self._texts: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (close closes it)
        try:
            with _snapshot(engine) as connection:
                for piece in self._write_texts(connection, account):
                    self._texts.write(piece)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._texts.close()

    def __iter__(self) -> Iterator[bytes]:
        self._texts.seek(0)
        while piece := self._texts.read(SENT_AT_ONCE):
            yield piece
        self._texts.close()
        for name, file in self._named.files.items():
            yield from self._write_file(name, file)
        manifest = orjson.dumps(self._manifest(), option=orjson.OPT_INDENT_2)
        yield from self._archive.add(MANIFEST, [manifest], compress=True)
        yield self._archive.close()

    def _write_texts(self, connection: Connection, account: Any) -> Iterator[bytes]:
        yield from self._add("README.txt", [README.encode()])
        entries: dict[int, str] = {}
        yield from self._add(CONVERSATIONS, self._conversations(connection, entries))
        for conversation_id, entry in entries.items():
            yield from self._add(entry, self._messages(connection, conversation_id))
        if self._scope.name == "person":
            yield from self._write_own(connection, account)
        yield from self._add(PEOPLE, self._people(connection))

    def _conversations(self, connection: Connection, entries: dict[int, str]) -> Iterator[bytes]:
        for conversation in conversation_lines(connection, self._scope):
            self._counts["conversations"] += 1
            self._named.user_ids.add(conversation["created_by"])
            self._named.user_ids.update(each["user_id"] for each in conversation["members"])
            entries[conversation["id"]] = conversation["messages"]
            yield _line(conversation)

    def _messages(self, connection: Connection, conversation_id: int) -> Iterator[bytes]:
        for rows in message_pages(connection, conversation_id):
            self._counts["messages"] += len(rows)
            yield b"".join(map(_line, message_lines(connection, rows, self._named)))

    def _write_own(self, connection: Connection, account: Any) -> Iterator[bytes]:
        settings = own_settings(connection, self._scope.user_id)
        me = {"profile": account, **settings}
        yield from self._add("me.json", [orjson.dumps(me, option=orjson.OPT_INDENT_2)])
        for name, lines in own_lines(connection, self._scope.user_id):
            yield from self._add(name, map(_line, lines))

    def _people(self, connection: Connection) -> Iterator[bytes]:
        for person in person_lines(connection, self._scope, list(self._named.user_ids)):
            self._counts["people"] += 1
            yield _line(person)

    def _write_file(self, name: str, file: StoredFile) -> Iterator[bytes]:
        if not self._is_stored(file.blob_id):
            self._missing.append(name)
            return
        content = self._content(name, file)
        yield from self._archive.add(name, content, size=file.size, compress=False)
        self._counts["files"] += name not in self._missing

    def _content(self, name: str, file: StoredFile) -> Iterator[bytes]:
        try:
            yield from read_blob(self._engine, file.blob_id, file.piece_size, 0, file.size)
        except BlobGone:  # deleted while it was being sent: the part that was sent is incomplete
            self._missing.append(name)

    def _is_stored(self, blob_id: int) -> bool:
        stored = exists().where(blobs.c.id == blob_id, blobs.c.state == STORED)
        with self._engine.connect() as connection:
            return bool(connection.execute(select(stored)).scalar_one())

    def _add(self, name: str, content: Iterable[bytes]) -> Iterator[bytes]:
        return self._archive.add(name, content, compress=True)

    def _manifest(self) -> Manifest:
        return {
            "format": FORMAT,
            "version": VERSION,
            "scope": self._scope.name,
            "place": self._place,
            "made_at": isoformat(self._made_at),
            "made_by": self._scope.user_id,
            "parley": parley_version(),
            "counts": self._counts,
            "entries": self._archive.entries,
            "missing": self._missing,
        }


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """All statements see the database as it was at the first one."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def _line(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
