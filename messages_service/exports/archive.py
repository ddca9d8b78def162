"""A ZIP that is written as a stream: at any time memory holds one piece of it."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from messages_service.exports.shapes import EntryDigest

UNKNOWN_SIZE: Final = 2**40
"""Makes the entry's header fit any size."""


class Archive:
    """Its methods yield the bytes of the ZIP in their order."""

    def __init__(self) -> None:
        self._pieces = _Pieces()
        self._zip = ZipFile(self._pieces, "w")  # type: ignore[call-overload]  # it needs no more
        self._date = datetime.now(UTC).timetuple()[:6]
        self.entries: dict[str, EntryDigest] = {}

    def add(
        self, name: str, content: Iterable[bytes], *, size: int = UNKNOWN_SIZE, compress: bool
    ) -> Iterator[bytes]:
        """Write an entry; its digest is in `entries` afterwards."""
        info = ZipInfo(name, self._date)
        info.compress_type = ZIP_DEFLATED if compress else ZIP_STORED
        info.external_attr = 0o600 << 16
        info.file_size = size
        digest, length = hashlib.sha256(), 0
        with self._zip.open(info, "w") as entry:
            for piece in content:
                digest.update(piece)
                length += len(piece)
                entry.write(piece)
                yield self._pieces.take()
        self.entries[name] = {"bytes": length, "sha256": digest.hexdigest()}
        yield self._pieces.take()

    def close(self) -> bytes:
        """The end of the ZIP."""
        self._zip.close()
        return self._pieces.take()


class _Pieces:
    """A file that cannot seek, whose content is taken away as it is written."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes) -> int:
        self._written += data
        return len(data)

    def flush(self) -> None:
        """Part of what ZipFile calls."""

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken
