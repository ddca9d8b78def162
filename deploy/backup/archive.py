"""The file format of backups: an uncompressed tar of `manifest.json`, databases and secrets."""

import hashlib
import io
import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypedDict

FORMAT = 1
MANIFEST = "manifest.json"
DATABASES = ("messages", "users")
"""In this order: the messages of a copy never name a person whom the later copy lacks."""
MAX_MANIFEST_BYTES = 1_000_000


class BadBackup(Exception):
    """A file is not a complete backup; the message is one line."""


class Part(TypedDict):
    """One file of the backup."""

    name: str
    bytes: int
    sha256: str


class DatabasePart(Part):
    engine: str
    """`sqlite` or `postgresql`."""
    revision: str
    """The Alembic revision of the schema."""


class Manifest(TypedDict):
    format: int
    made_at: str
    """ISO 8601, UTC."""
    databases: dict[str, DatabasePart]
    """By service."""
    secrets: list[Part]


def describe_part(path: Path) -> Part:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": path.name, "bytes": path.stat().st_size, "sha256": digest}


def write_archive(target: Path, manifest: Manifest, files: Iterable[Path]) -> None:
    """The file appears whole or not at all."""
    draft = target.with_name(f".{target.name}.partial")
    try:
        with tarfile.open(draft, "w") as archive:
            text = json.dumps(manifest, indent=2).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size, entry.mode = len(text), 0o600
            archive.addfile(entry, io.BytesIO(text))
            for path in files:
                archive.add(path, path.name)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def read_manifest(source: Path) -> Manifest:
    """Check every part against the manifest; raises BadBackup."""
    try:
        with tarfile.open(source, "r:") as archive:
            manifest = _manifest_of(archive)
            for part in _parts_of(manifest):
                _check_part(archive, part)
    except (tarfile.TarError, EOFError):
        raise BadBackup(f"{source} is no backup of Parley, or was cut off") from None
    return manifest


@contextmanager
def extracted(source: Path, manifest: Manifest, beside: Path) -> Iterator[Path]:
    """A temporary folder with the parts, by their names in the manifest."""
    with (
        tempfile.TemporaryDirectory(dir=beside, prefix=".restore-") as name,
        tarfile.open(source, "r:") as archive,
    ):
        for part in _parts_of(manifest):
            with (Path(name) / part["name"]).open("wb") as target:
                shutil.copyfileobj(_open_part(archive, part["name"]), target)
        yield Path(name)


def _manifest_of(archive: tarfile.TarFile) -> Manifest:
    text = _open_part(archive, MANIFEST).read(MAX_MANIFEST_BYTES)
    try:
        manifest: Manifest = json.loads(text)
        if manifest["format"] != FORMAT:
            raise BadBackup(
                f"the backup has format {manifest['format']}; this Parley reads {FORMAT}"
            )
        missing = set(DATABASES) - manifest["databases"].keys()
        if missing:
            raise BadBackup(f"the backup lacks the database of {min(missing)}")
        names = [part["name"] for part in _parts_of(manifest)]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadBackup(f"{MANIFEST} of the backup cannot be read") from None
    if any(Path(name).name != name or name in ("", "..") for name in names):
        raise BadBackup("the backup names a file outside of itself")
    return manifest


def _parts_of(manifest: Manifest) -> list[Part]:
    return [*manifest["databases"].values(), *manifest["secrets"]]


def _check_part(archive: tarfile.TarFile, part: Part) -> None:
    digest = hashlib.sha256()
    content = _open_part(archive, part["name"])
    while piece := content.read(1 << 20):
        digest.update(piece)
    if digest.hexdigest() != part["sha256"]:
        raise BadBackup(f"{part['name']} of the backup is damaged")


def _open_part(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        content = archive.extractfile(name)
    except KeyError:
        content = None
    if content is None:
        raise BadBackup(f"the backup lacks {name}")
    return content
