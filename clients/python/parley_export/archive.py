"""An export as Python sees it: its manifest, and the lines of its entries."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FORMAT = "parley-export"
VERSION = 1
MANIFEST = "manifest.json"
CONVERSATIONS = "conversations.ndjson"
PEOPLE = "people.ndjson"
PIECE_BYTES = 1 << 20
Line = dict[str, Any]


class BadExport(Exception):
    """A file that is no whole export, in one line."""


class Export:
    """An open export."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = set(archive.namelist())
        self.manifest = self._read_manifest()

    def verify(self) -> None:
        """Check every entry against the manifest, and that each line is JSON; raises BadExport."""
        entries: dict[str, Line] = self.manifest["entries"]
        missing = set(self.manifest["missing"])
        for name in sorted(entries.keys() - self.names):
            raise BadExport(f"{name} is missing")
        for name in sorted(self.names - entries.keys() - {MANIFEST}):
            raise BadExport(f"{name} is not in {MANIFEST}")
        for name in sorted(entries.keys() - missing):
            self._check(name, entries[name])
        counts = {
            "people": sum(1 for _ in self.lines(PEOPLE)),
            "conversations": 0,
            "messages": 0,
            "files": sum(name.startswith("files/") for name in entries.keys() - missing),
        }
        for conversation in self.lines(CONVERSATIONS):
            counts["conversations"] += 1
            for message in self.lines(conversation["messages"]):
                counts["messages"] += 1
                self._check_files(conversation, message, missing)
        if counts != self.manifest["counts"]:
            raise BadExport(f"{MANIFEST} counts {self.manifest['counts']}, but there are {counts}")

    def lines(self, name: str) -> Iterator[Line]:
        """The objects of an NDJSON entry; raises BadExport."""
        try:
            with self._archive.open(name) as entry:
                for number, text in enumerate(entry, 1):
                    try:
                        line: Line = json.loads(text)
                    except ValueError:
                        raise BadExport(f"{name}, line {number}: is not JSON") from None
                    yield line
        except KeyError:
            raise BadExport(f"{name} is missing") from None

    def _read_manifest(self) -> Line:
        try:
            manifest: Line = json.loads(self._archive.read(MANIFEST))
            if manifest["format"] != FORMAT:
                raise BadExport("it is no export of Parley")
            if manifest["version"] != VERSION:
                raise BadExport(f"it has version {manifest['version']}; this reads {VERSION}")
            for name in ("entries", "missing", "counts"):
                _ = manifest[name]
        except (KeyError, ValueError, TypeError):
            raise BadExport(f"{MANIFEST} is missing or cannot be read") from None
        return manifest

    def _check(self, name: str, expected: Line) -> None:
        digest, size = hashlib.sha256(), 0
        with self._archive.open(name) as entry:
            while piece := entry.read(PIECE_BYTES):
                digest.update(piece)
                size += len(piece)
        if size != expected["bytes"] or digest.hexdigest() != expected["sha256"]:
            raise BadExport(f"{name} is not as {MANIFEST} describes it")

    def _check_files(self, conversation: Line, message: Line, missing: set[str]) -> None:
        for file in message.get("files", ()):
            if file["file"] not in self.names | missing:
                where = f"{conversation['messages']}: message {message['id']}"
                raise BadExport(f"{where}: {file['file']} is missing")


@contextmanager
def open_export(path: Path) -> Iterator[Export]:
    """Raises BadExport, also for what turns out to be damaged later."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield Export(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError) as error:
        raise BadExport(f"it is damaged, or no ZIP: {error}") from None
    except (KeyError, TypeError, AttributeError) as error:
        raise BadExport(f"it lacks what every export has: {error}") from None
    except OSError as error:
        raise BadExport(str(error)) from None
