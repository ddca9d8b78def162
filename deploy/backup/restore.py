"""Restores a stopped installation from a backup, with a new epoch of the log.

With the new epoch every client drops its copy of the log and reads its conversations again: it
may have seen messages that the backup does not have.
"""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from deploy.backup.archive import DATABASES, BadBackup, Manifest, extracted, read_manifest
from deploy.backup.create import SECRETS
from deploy.backup.databases import SQLITE_PREFIX, Database, DatabaseFailed, open_database
from deploy.local.config import Config
from deploy.local.data_dir import hold_data_dir
from deploy.local.migrations import known_revisions, migrate
from deploy.local.programs import ROOT, database_url, plan_services


def restore_backup(config: Config, source: Path, *, overwrite: bool) -> None:
    """Raises BadBackup, CannotStart or DatabaseFailed before anything was changed."""
    manifest = read_manifest(source)
    with hold_data_dir(config.data_dir):
        databases = {
            service: open_database(database_url(service, config.data_dir)) for service in DATABASES
        }
        for service, database in databases.items():
            _check(service, database, manifest, overwrite=overwrite)
        with extracted(source, manifest, config.data_dir) as directory:
            _replace(config, manifest, databases, directory)


def _check(service: str, database: Database, manifest: Manifest, *, overwrite: bool) -> None:
    part = manifest["databases"][service]
    if part["engine"] != database.engine:
        raise BadBackup(
            f"the backup of {service} is of {part['engine']}, and the database is {database.engine}"
        )
    if part["revision"] not in known_revisions(f"{service}_service"):
        raise BadBackup("the backup was made by a newer Parley; update this one first")
    if database.has_data() and not overwrite:
        raise BadBackup("there is data already; say --replace (REPLACE=1) to overwrite it")
    database.check_unused()


def _replace(
    config: Config, manifest: Manifest, databases: dict[str, Database], directory: Path
) -> None:
    """A SQLite copy gets its epoch before it takes its place, so no crash leaves the old one."""
    copies = {name: directory / part["name"] for name, part in manifest["databases"].items()}
    is_sqlite = databases["messages"].engine == "sqlite"
    if is_sqlite:
        _renew_epoch(config, f"{SQLITE_PREFIX}{copies['messages']}")
    secrets = config.data_dir / SECRETS
    secrets.mkdir(mode=0o700, exist_ok=True)
    for part in manifest["secrets"]:
        (directory / part["name"]).replace(secrets / part["name"])
    for service, database in databases.items():
        database.replace_by(copies[service])
    if not is_sqlite:
        _renew_epoch(config, database_url("messages", config.data_dir))


def _renew_epoch(config: Config, url: str) -> None:
    redis_url = config.redis_url or f"redis://127.0.0.1:{config.redis_port}"
    programs = {program.name: program for program in plan_services(config, redis_url)}
    environ = {**programs["messages_service"].environ, "DATABASE_URL": url}
    migrate([replace(programs["messages_service"], environ=environ)])
    done = subprocess.run(
        (sys.executable, "-m", "flask", "--app", "messages_service.wsgi", "renew-epoch"),
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise DatabaseFailed(f"renew-epoch failed: {reason}")
