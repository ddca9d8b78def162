"""Makes a backup of an installation, which may be running."""

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from deploy.backup.archive import (
    DATABASES,
    FORMAT,
    BadBackup,
    Manifest,
    describe_part,
    write_archive,
)
from deploy.backup.databases import Database, open_database
from deploy.local.config import Config
from deploy.local.programs import database_url

SECRETS = "secrets"


def create_backup(config: Config, target: Path) -> Path:
    """Return the path of the new file; raises BadBackup when there is nothing to back up."""
    databases = {
        service: open_database(database_url(service, config.data_dir)) for service in DATABASES
    }
    secrets = sorted((config.data_dir / SECRETS).glob("[!.]*"))
    return write_backup(databases, secrets, target)


def write_backup(databases: Mapping[str, Database], secrets: Sequence[Path], target: Path) -> Path:
    """Copy these databases, by their services, and secrets."""
    target = target.resolve()
    if target.exists():
        raise BadBackup(f"{target} exists already; choose another name")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as name:
        directory = Path(name)
        manifest = Manifest(
            format=FORMAT, made_at=datetime.now(UTC).isoformat(), databases={}, secrets=[]
        )
        files = []
        for service, database in databases.items():
            if not database.has_data():
                raise BadBackup(f"there is no database of {service}; is DATA_DIR right?")
            revision = database.revision()
            copy = directory / f"{service}{database.suffix}"
            database.copy_to(copy)
            files.append(copy)
            manifest["databases"][service] = {
                **describe_part(copy),
                "engine": database.engine,
                "revision": revision,
            }
        manifest["secrets"] = [describe_part(path) for path in secrets]
        write_archive(target, manifest, [*files, *secrets])
    return target
