"""Backups of the container cluster: the same file, read and written through `docker compose`."""

import os
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from deploy.backup.archive import (
    DATABASES,
    BadBackup,
    Manifest,
    extracted,
    read_manifest,
)
from deploy.backup.create import write_backup
from deploy.backup.databases import RESTORE_TIMEOUT, DatabaseFailed
from deploy.local.migrations import known_revisions
from deploy.local.programs import ROOT

KEPT_SECRETS: Final = ("service_secret", "secret_key", "eliza_token")
"""What is stored with these has to be read again. The others belong to the cluster's own parts."""
APPLICATION: Final = (
    "edge", "gateway_frontend", "realtime_service", "messages_service", "users_service", "eliza",
)  # fmt: skip
_RESTORE: Final = (
    "{{ echo 'DROP SCHEMA public CASCADE; CREATE SCHEMA public;';"
    " pg_restore --no-owner --no-acl --no-comments --file=- || echo 'SELECT 1/0;'; }}"
    " | psql --no-psqlrc --quiet --single-transaction --set=ON_ERROR_STOP=1"
    " --username {name} {name}"
)
"""A dump that is not whole ends in an error of SQL, so that nothing is committed."""


@dataclass(frozen=True)
class Cluster:
    """`compose` is the command of Compose, by default `docker compose`."""

    compose: Sequence[str]
    secrets: Path

    @classmethod
    def from_environment(cls) -> "Cluster":
        compose = shlex.split(os.environ.get("COMPOSE", "docker compose"))
        return cls(compose, Path(os.environ.get("SECRETS_DIR", ROOT / "deploy" / "secrets")))

    def run(
        self, *arguments: str, stdin: IO[bytes] | None = None, stdout: IO[bytes] | None = None
    ) -> str:
        """Run a command in the cluster and return its output; raises DatabaseFailed."""
        try:
            done = subprocess.run(
                (*self.compose, *arguments),
                cwd=ROOT,
                stdin=stdin or subprocess.DEVNULL,
                stdout=stdout or subprocess.PIPE,
                stderr=subprocess.PIPE,
                timeout=RESTORE_TIMEOUT,
            )
        except FileNotFoundError:
            raise DatabaseFailed(f"{self.compose[0]} is not installed") from None
        if done.returncode != 0:
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            raise DatabaseFailed((lines or ["compose failed"])[-1])
        return "" if done.stdout is None else done.stdout.decode().strip()


@dataclass(frozen=True)
class ClusterDatabase:
    """The PostgreSQL of one data service; its programs are in its container."""

    cluster: Cluster
    name: str
    engine = "postgresql"
    suffix = ".pgdump"

    def has_data(self) -> bool:
        return bool(self._value("SELECT to_regclass('alembic_version')"))

    def revision(self) -> str:
        return self._value("SELECT version_num FROM alembic_version")

    def check_unused(self) -> None:
        """The application is stopped before a restore."""

    def copy_to(self, path: Path) -> None:
        dump = ("pg_dump", "--format=custom", "--no-owner", "--no-acl", "--username", self.name)
        with path.open("wb") as file:
            self._exec(*dump, self.name, stdout=file)

    def replace_by(self, path: Path) -> None:
        with path.open("rb") as file:
            self._exec("sh", "-c", _RESTORE.format(name=self.name), stdin=file)

    def _value(self, query: str) -> str:
        psql = ("psql", "--no-psqlrc", "--tuples-only", "--no-align", "--username", self.name)
        return self._exec(*psql, "--command", query, self.name)

    def _exec(
        self, *command: str, stdin: IO[bytes] | None = None, stdout: IO[bytes] | None = None
    ) -> str:
        container = f"{self.name}_postgres"
        return self.cluster.run("exec", "-T", container, *command, stdin=stdin, stdout=stdout)


def back_up_cluster(cluster: Cluster, target: Path) -> Path:
    """Copy a running cluster; returns the path of the new file."""
    databases = {name: ClusterDatabase(cluster, name) for name in DATABASES}
    secrets = [path for name in KEPT_SECRETS if (path := cluster.secrets / name).exists()]
    return write_backup(databases, secrets, target)


def restore_cluster(cluster: Cluster, source: Path, *, overwrite: bool) -> None:
    """Stop the application, restore the databases, and start it; its databases must run."""
    manifest = read_manifest(source)
    databases = [ClusterDatabase(cluster, name) for name in DATABASES]
    for database in databases:
        _check(database, manifest, overwrite=overwrite)
    with extracted(source, manifest, source.resolve().parent) as directory:
        cluster.run("stop", *APPLICATION)
        for database in databases:
            database.replace_by(directory / manifest["databases"][database.name]["name"])
        for part in manifest["secrets"]:
            if part["name"] in KEPT_SECRETS:
                _overwrite(cluster.secrets / part["name"], (directory / part["name"]).read_bytes())
        for name in DATABASES:
            cluster.run("run", "--rm", "--no-deps", f"{name}_migrations")
        renew = ("flask", "--app", "messages_service.wsgi", "renew-epoch")
        cluster.run("run", "--rm", "--no-deps", "messages_migrations", *renew)
    cluster.run("start", *APPLICATION)


def _check(database: ClusterDatabase, manifest: Manifest, *, overwrite: bool) -> None:
    part = manifest["databases"][database.name]
    if part["engine"] != database.engine:
        raise BadBackup(f"the backup is of {part['engine']}, and the cluster is PostgreSQL")
    if part["revision"] not in known_revisions(f"{database.name}_service"):
        raise BadBackup("the backup was made by a newer Parley; update this one first")
    if database.has_data() and not overwrite:
        raise BadBackup("there is data already; say --replace (REPLACE=1) to overwrite it")


def _overwrite(path: Path, content: bytes) -> None:
    """Write into the existing file, which containers have mounted."""
    if path.exists():
        path.chmod(0o600)
    path.write_bytes(content)
    path.chmod(0o444)
