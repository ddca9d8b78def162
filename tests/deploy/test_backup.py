"""`make backup` and `make restore` as an administrator uses them."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deploy.local.config import Config
from deploy.local.data_dir import hold_data_dir
from deploy.local.migrations import migrate
from deploy.local.programs import ROOT, plan_services
from tests.support.ports import free_ports
from tests.support.postgres_server import PostgresServer

pytestmark = pytest.mark.slow

REDIS_URL = "redis://127.0.0.1:1"


class Installation:
    """A data folder with migrated databases and no running services."""

    def __init__(self, directory: Path, urls: dict[str, str] | None = None) -> None:
        self.directory = directory
        self.urls = urls or {}
        self.environ = dict(os.environ) | self.urls | {"DATA_DIR": str(directory)}
        self.port = str(free_ports(5))

    def migrate(self) -> None:
        config = Config("run", "127.0.0.1", int(self.port), self.directory)
        with pytest.MonkeyPatch.context() as patch:
            for name, url in self.urls.items():
                patch.setenv(name, url)
            migrate(plan_services(config, REDIS_URL))

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            (sys.executable, "-m", "deploy.backup", *map(str, arguments)),
            cwd=ROOT,
            env=self.environ | {"PORT": self.port},
            capture_output=True,
            text=True,
        )

    def write_name(self, name: str) -> None:
        self._execute("users", f"UPDATE meta_for_tests SET name = '{name}'")

    def make_name(self, name: str) -> None:
        self._execute("users", "CREATE TABLE meta_for_tests (name TEXT)")
        self._execute("users", f"INSERT INTO meta_for_tests VALUES ('{name}')")

    def name(self) -> Any:
        return self._value("users", "SELECT name FROM meta_for_tests")

    def epoch(self) -> Any:
        return self._value("messages", "SELECT value FROM meta WHERE key = 'epoch'")

    def _value(self, database: str, query: str) -> Any:
        if url := self.urls.get(f"{database.upper()}_DATABASE_URL"):
            with psycopg.connect(url) as connection:
                row = connection.execute(query.encode()).fetchone()
        else:
            with closing(sqlite3.connect(self.directory / f"{database}.sqlite3")) as sqlite:
                row = sqlite.execute(query).fetchone()
        assert row is not None
        return row[0]

    def _execute(self, database: str, statement: str) -> None:
        if url := self.urls.get(f"{database.upper()}_DATABASE_URL"):
            with psycopg.connect(url) as connection:
                connection.execute(statement.encode())
        else:
            with closing(sqlite3.connect(self.directory / f"{database}.sqlite3")) as sqlite:
                sqlite.execute(statement)
                sqlite.commit()


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("migrated")
    installation = Installation(directory)
    installation.migrate()
    installation.make_name("before")
    return directory


@pytest.fixture
def installation(migrated: Path, tmp_path: Path) -> Installation:
    return Installation(Path(shutil.copytree(migrated, tmp_path / "data")))


@pytest.fixture(scope="module")
def postgresql_installation(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Tests leave its data as they found it."""
    urls = {
        name: postgres_server.create_database()
        for name in ("USERS_DATABASE_URL", "MESSAGES_DATABASE_URL")
    }
    installation = Installation(tmp_path_factory.mktemp("postgresql"), urls)
    installation.migrate()
    installation.make_name("before")
    yield installation
    for url in urls.values():
        postgres_server.drop_database(url)


def test_a_restore_brings_back_data_and_secrets_with_a_new_epoch(
    installation: Installation, tmp_path: Path
) -> None:
    backup, epoch = tmp_path / "copy.tar", installation.epoch()
    secret = installation.directory / "secrets" / "secret_key"
    kept = secret.read_text()
    assert installation.run("create", backup).returncode == 0
    installation.write_name("after")
    secret.write_text("another")

    done = installation.run("restore", backup, "--replace")

    assert done.returncode == 0, done.stderr
    assert installation.name() == "before"
    assert secret.read_text() == kept
    assert installation.epoch() != epoch


def test_a_backup_can_be_restored_in_an_empty_folder(
    installation: Installation, tmp_path: Path
) -> None:
    installation.run("create", tmp_path / "copy.tar")
    other = Installation(tmp_path / "other")
    done = other.run("restore", tmp_path / "copy.tar")
    assert done.returncode == 0, done.stderr
    assert other.name() == "before"


def test_a_postgresql_backup_restores_both_databases(
    postgresql_installation: Installation, tmp_path: Path
) -> None:
    installation, backup = postgresql_installation, tmp_path / "copy.tar"
    epoch = installation.epoch()
    done = installation.run("create", backup)
    assert done.returncode == 0, done.stderr
    installation.write_name("after")

    done = installation.run("restore", backup, "--replace")

    assert done.returncode == 0, done.stderr
    assert installation.name() == "before"
    assert installation.epoch() != epoch


def test_a_restore_is_refused_while_postgresql_is_in_use(
    postgresql_installation: Installation, tmp_path: Path
) -> None:
    installation, backup = postgresql_installation, tmp_path / "copy.tar"
    installation.run("create", backup)
    with psycopg.connect(installation.urls["MESSAGES_DATABASE_URL"]):
        done = installation.run("restore", backup, "--replace")
    assert done.returncode == 1
    assert "stop it first" in done.stderr


def test_a_restore_is_refused_while_parley_runs(installation: Installation, tmp_path: Path) -> None:
    installation.run("create", tmp_path / "copy.tar")
    with hold_data_dir(installation.directory):
        done = installation.run("restore", tmp_path / "copy.tar", "--replace")
    assert done.returncode == 1
    assert "another Parley is running" in done.stderr


def test_a_restore_never_overwrites_data_without_being_asked_to(
    installation: Installation, tmp_path: Path
) -> None:
    installation.run("create", tmp_path / "copy.tar")
    installation.write_name("after")
    done = installation.run("restore", tmp_path / "copy.tar")
    assert done.returncode == 1
    assert "--replace" in done.stderr
    assert installation.name() == "after"


def test_a_backup_of_another_engine_is_refused(
    installation: Installation, postgresql_installation: Installation, tmp_path: Path
) -> None:
    installation.run("create", tmp_path / "copy.tar")
    done = postgresql_installation.run("restore", tmp_path / "copy.tar", "--replace")
    assert done.returncode == 1
    assert "is of sqlite, and the database is postgresql" in done.stderr


@pytest.mark.parametrize("size", [0, 5_000, 200_000])
def test_a_backup_that_was_cut_off_is_refused(
    installation: Installation, tmp_path: Path, size: int
) -> None:
    backup = tmp_path / "copy.tar"
    installation.run("create", backup)
    os.truncate(backup, size)
    installation.write_name("after")
    done = installation.run("restore", backup, "--replace")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert installation.name() == "after"


def test_a_damaged_backup_is_refused(installation: Installation, tmp_path: Path) -> None:
    backup = tmp_path / "copy.tar"
    installation.run("create", backup)
    with tarfile.open(backup) as archive:
        offset = archive.getmember("users.sqlite3").offset_data
    with backup.open("r+b") as file:
        file.seek(offset + 2_000)
        file.write(b"damage")
    done = installation.run("verify", backup)
    assert done.returncode == 1
    assert "users.sqlite3 of the backup is damaged" in done.stderr


def test_a_backup_of_a_newer_parley_is_refused(installation: Installation, tmp_path: Path) -> None:
    installation._execute("messages", "UPDATE alembic_version SET version_num = '9999'")
    installation.run("create", tmp_path / "copy.tar")
    done = installation.run("restore", tmp_path / "copy.tar", "--replace")
    assert done.returncode == 1
    assert "newer Parley" in done.stderr


def test_a_backup_that_names_files_outside_of_itself_is_refused(
    installation: Installation, tmp_path: Path
) -> None:
    backup, changed = tmp_path / "copy.tar", tmp_path / "changed.tar"
    installation.run("create", backup)
    with tarfile.open(backup) as archive:
        archive.extractall(tmp_path / "parts", filter="data")
    manifest = tmp_path / "parts" / "manifest.json"
    content = json.loads(manifest.read_text())
    content["secrets"][0]["name"] = "../service_secret"
    manifest.write_text(json.dumps(content))
    with tarfile.open(changed, "w") as archive:
        archive.add(tmp_path / "parts", ".")
        archive.add(manifest, "manifest.json")
    done = installation.run("verify", changed)
    assert done.returncode == 1
    assert "outside of itself" in done.stderr


def test_a_backup_that_lacks_a_database_is_refused(
    installation: Installation, tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar"
    installation.run("create", file)
    shutil.unpack_archive(file, tmp_path / "parts", "tar")
    manifest = tmp_path / "parts" / "manifest.json"
    content = json.loads(manifest.read_text())
    del content["databases"]["messages"]
    manifest.write_text(json.dumps(content))
    with tarfile.open(file, "w") as archive:
        archive.add(tmp_path / "parts", ".", filter=_without_folder)

    for command in (["verify", file], ["restore", file, "--replace"]):
        done = installation.run(*command)
        assert done.returncode == 1
        assert "lacks the database of messages" in done.stderr


def _without_folder(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    entry.name = entry.name.removeprefix("./")
    return entry if entry.isfile() or entry.name == "." else None


def test_a_backup_is_readable_by_its_owner_only(installation: Installation, tmp_path: Path) -> None:
    installation.run("create")
    (backup,) = (installation.directory / "backups").iterdir()
    assert backup.stat().st_mode & 0o077 == 0


def test_a_backup_never_overwrites_a_file(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "copy.tar").write_text("mine")
    done = installation.run("create", tmp_path / "copy.tar")
    assert done.returncode == 1
    assert (tmp_path / "copy.tar").read_text() == "mine"


def test_a_folder_without_data_is_no_backup(tmp_path: Path) -> None:
    done = Installation(tmp_path / "nothing").run("create", tmp_path / "copy.tar")
    assert done.returncode == 1
    assert "no database of messages" in done.stderr
    assert not (tmp_path / "copy.tar").exists()
