"""The content of files, in pieces: written, read, shared by equal files, and removed."""

import hashlib
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, exists, insert, select, update

from messages_service.attachments.content_types import HEAD, UNKNOWN
from messages_service.attachments.models import (
    ARRIVING,
    DROPPED,
    STORED,
    attachments,
    blob_pieces,
    blobs,
    medium_pictures,
    thumbnails,
)
from servicekit.data.db import core_transaction
from servicekit.times import utcnow

PIECE_BYTES = 512 * 1024
REMOVED_AT_ONCE = 8
TOUCH_SECONDS = 60


class BlobGone(Exception):
    """The content was removed while it was being read or written."""


class ArrivingBlob:
    """Content that is still arriving, and not visible yet.

    A piece is stored as soon as it is full, in a transaction of its own: a slow sender keeps
    nobody waiting, and memory holds one piece. While anything comes the blob is touched now and
    then, so that one untouched for long belongs to a process that ended.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._touched = clock()
        self._buffer = bytearray()
        self._pieces = 0
        self._hash = hashlib.sha256()
        self.id: int | None = None
        self.size = 0
        self.head = b""

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, data: bytes) -> None:
        self._hash.update(data)
        self.size += len(data)
        if len(self.head) < HEAD:
            self.head += data[: HEAD - len(self.head)]
        self._buffer += data
        while len(self._buffer) >= PIECE_BYTES:
            self._store(bytes(self._buffer[:PIECE_BYTES]))
            del self._buffer[:PIECE_BYTES]
        if self.id is not None and self._clock() - self._touched >= TOUCH_SECONDS:
            with core_transaction(self._engine) as running:
                self._touch(running.connection, self.id)

    def finish(self) -> None:
        """Store the rest."""
        if self._buffer:
            self._store(bytes(self._buffer))
            self._buffer.clear()

    def read(self) -> Iterator[bytes]:
        """All of it, once it is finished."""
        assert self.id is not None, "nothing was written"
        return read_blob(self._engine, self.id, PIECE_BYTES, 0, self.size)

    def remove(self) -> None:
        """Delete the content, unless it was kept."""
        self._buffer.clear()
        if self.id is None:
            return
        with core_transaction(self._engine) as running:
            drop = update(blobs).where(blobs.c.id == self.id, blobs.c.state == ARRIVING)
            is_dropped = running.connection.execute(drop.values(state=DROPPED)).rowcount == 1
        if is_dropped:
            remove_dropped(self._engine, self.id)

    def _store(self, piece: bytes) -> None:
        with core_transaction(self._engine) as running:
            connection = running.connection
            if self.id is None:
                self.id = _create(connection)
            else:
                self._touch(connection, self.id)
            row = {"blob_id": self.id, "number": self._pieces, "data": piece}
            connection.execute(insert(blob_pieces), row)
        self._pieces += 1

    def _touch(self, connection: Connection, blob_id: int) -> None:
        arriving = update(blobs).where(blobs.c.id == blob_id, blobs.c.state == ARRIVING)
        if connection.execute(arriving.values(touched_at=utcnow())).rowcount != 1:
            raise BlobGone
        self._touched = self._clock()


def read_blob(
    engine: Engine, blob_id: int, piece_size: int, start: int, stop: int
) -> Iterator[bytes]:
    """The bytes from `start` to before `stop`, at most a piece at a time.

    Each piece is a query of its own, so that a slow reader holds neither connection nor snapshot.
    """
    while start < stop:
        number, offset = divmod(start, piece_size)
        query = select(blob_pieces.c.data).where(
            blob_pieces.c.blob_id == blob_id, blob_pieces.c.number == number
        )
        with engine.connect() as connection:
            piece = connection.execute(query).scalar_one_or_none()
        if piece is None:
            raise BlobGone
        data = piece[offset : offset + stop - start]
        start += len(data)
        yield data


def find_stored(connection: Connection, sha256: str, *, and_hold: bool = False) -> Row[Any] | None:
    """The stored blob of that content; held, it stays stored until the transaction ends."""
    query = select(blobs).where(blobs.c.sha256 == sha256, blobs.c.state == STORED)
    return connection.execute(query.with_for_update() if and_hold else query).one_or_none()


def settle(connection: Connection, blob_id: int, values: dict[str, object]) -> None:
    """Make an arriving blob a stored one; IntegrityError if equal content was quicker."""
    arrived = update(blobs).where(blobs.c.id == blob_id, blobs.c.state == ARRIVING)
    if connection.execute(arrived.values(values | {"state": STORED})).rowcount != 1:
        raise BlobGone


def drop_unused(connection: Connection, blob_ids: set[int]) -> None:
    """Drop those of the blobs that no attachment needs any more.

    Each is locked first: a transaction that is about to use it has then either done so, visibly
    for the next statement, or finds it dropped.
    """
    for blob_id in sorted(blob_ids):
        connection.execute(select(blobs.c.id).where(blobs.c.id == blob_id).with_for_update())
        is_used = exists().where(attachments.c.blob_id == blob_id)
        drop = update(blobs).where(blobs.c.id == blob_id, blobs.c.state == STORED, ~is_used)
        connection.execute(drop.values(state=DROPPED, sha256=None))


def drop_stale(engine: Engine, before: datetime) -> None:
    """Drop incomplete uploads of processes that ended."""
    stale = update(blobs).where(blobs.c.state == ARRIVING, blobs.c.touched_at < before)
    with core_transaction(engine) as running:
        running.connection.execute(stale.values(state=DROPPED))


def dropped_blobs(engine: Engine, limit: int = 100) -> list[int]:
    """Blobs whose pieces are to be removed."""
    query = select(blobs.c.id).where(blobs.c.state == DROPPED).limit(limit)
    with engine.connect() as connection:
        return list(connection.execute(query).scalars())


def remove_dropped(engine: Engine, blob_id: int) -> None:
    """Remove a dropped blob, a few pieces per transaction; several may try at once."""
    some = (
        select(blob_pieces.c.number)
        .join(blobs)
        .where(blob_pieces.c.blob_id == blob_id, blobs.c.state == DROPPED)
        .order_by(blob_pieces.c.number)
        .limit(REMOVED_AT_ONCE)
    )
    gone = True
    while gone:
        with core_transaction(engine) as running:
            connection = running.connection
            numbers = list(connection.execute(some).scalars())
            gone = bool(numbers)
            pieces = delete(blob_pieces).where(
                blob_pieces.c.blob_id == blob_id, blob_pieces.c.number.in_(numbers)
            )
            connection.execute(pieces)
            if not gone:
                for smaller in (thumbnails, medium_pictures):
                    connection.execute(delete(smaller).where(smaller.c.blob_id == blob_id))
                is_dropped = (blobs.c.id == blob_id) & (blobs.c.state == DROPPED)
                connection.execute(delete(blobs).where(is_dropped))


def _create(connection: Connection) -> int:
    values = {
        "state": ARRIVING,
        "size": 0,
        "piece_size": PIECE_BYTES,
        "content_type": UNKNOWN,
        "touched_at": utcnow(),
    }
    made: int = connection.execute(insert(blobs).returning(blobs.c.id), values).scalar_one()
    return made
