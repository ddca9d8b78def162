"""The imported archive: an untrusted ZIP, read in place and never unpacked to disk."""

import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import orjson

from messages_service.imports.errors import Place, refused
from servicekit.language import _

MAX_ENTRIES: Final = 1_000_000
MAX_LINE: Final = 16_000_000
MAX_JSON: Final = 200_000_000
"""Bytes of a file that is read as a whole."""
BOMB_BYTES: Final = 100_000_000
BOMB_RATIO: Final = 200
"""How much larger than compressed the content may be, beyond BOMB_BYTES."""
PIECE_BYTES: Final = 256 * 1024
DAMAGED: Final = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError,
                  NotImplementedError, RuntimeError)  # fmt: skip


class Archive:
    """Its entries by name."""

    def __init__(self, opened: zipfile.ZipFile) -> None:
        self._zip = opened
        infos = opened.infolist()
        _check_entries(infos)
        self.sizes = {info.filename: info.file_size for info in infos if not info.is_dir()}

    def has(self, name: str) -> bool:
        return name in self.sizes

    def lines(self, name: str) -> Iterator[tuple[Place, bytes]]:
        """The lines of a text that are not empty, with their places."""
        with self.open(name) as entry:
            number = 0
            while line := entry.readline(MAX_LINE + 1):
                number += 1
                place = Place(name, number)
                if len(line) > MAX_LINE:
                    raise refused(place, _("the line is too long"))
                if line.strip():
                    yield place, line

    def json(self, name: str) -> Any:
        """A file that is one JSON value."""
        if self.sizes.get(name, 0) > MAX_JSON:
            raise refused(name, _("the file is too large"))
        with self.open(name) as entry:
            return parse_json(Place(name), entry.read(MAX_JSON))

    def pieces(self, name: str) -> Iterator[bytes]:
        with self.open(name) as entry:
            while piece := entry.read(PIECE_BYTES):
                yield piece

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Raises Problem, also while it is read."""
        if name not in self.sizes:
            raise refused(name, _("the file is missing"))
        try:
            with self._zip.open(name) as entry:
                yield entry
        except DAMAGED as error:
            raise refused(name, _("the file is damaged")) from error


@contextmanager
def open_archive(path: Path, *, may_be_lines: bool = False) -> Iterator[Archive]:
    """With `may_be_lines` the file may also be the one text that the archive would hold."""
    if may_be_lines and not zipfile.is_zipfile(path):
        with tempfile.NamedTemporaryFile(prefix="parley-import-") as packed:
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.write(path, "import.jsonl")
            with open_archive(Path(packed.name)) as opened_lines:
                yield opened_lines
        return
    try:
        opened = zipfile.ZipFile(path)
    except (*DAMAGED, OSError, ValueError) as error:
        raise refused(_("The archive"), _("it is damaged, or no ZIP file")) from error
    with opened:
        yield Archive(opened)


def parse_json(place: Place, text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except ValueError as error:
        raise refused(place, _("it is not JSON")) from error


def _check_entries(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_ENTRIES:
        raise refused(_("The archive"), _("it has too many files"))
    names = set()
    for info in infos:
        name = info.orig_filename
        if name in names:
            raise refused(name, _("the name occurs twice"))
        names.add(name)
        parts = name.rstrip("/").split("/")
        if name.startswith("/") or "\\" in name or "\0" in name or {"", ".", ".."} & set(parts):
            raise refused(name, _("the name leads out of the archive"))
        if stat.S_ISLNK(info.external_attr >> 16):
            raise refused(name, _("it is a link"))
        if info.flag_bits & 1:
            raise refused(name, _("it is encrypted"))
    whole = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if whole > BOMB_BYTES and whole > BOMB_RATIO * max(1, packed):
        raise refused(_("The archive"), _("its content is too large for its size"))
