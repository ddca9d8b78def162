"""The command line of backups; settings are those of `make run`."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from deploy.backup.archive import BadBackup, read_manifest
from deploy.backup.cluster import Cluster, back_up_cluster, restore_cluster
from deploy.backup.create import create_backup
from deploy.backup.databases import DatabaseFailed
from deploy.backup.restore import restore_backup
from deploy.local.config import CannotStart, Config
from deploy.local.programs import ROOT


def main(arguments: Sequence[str]) -> int:
    """0 when it is done; 1 with one line of reason when nothing was changed."""
    os.umask(0o077)  # a backup holds everything that people wrote, and the secrets
    chosen = _parser().parse_args(arguments)
    try:
        if chosen.cluster:
            return _with_cluster(chosen)
        config = Config.from_environment("run", os.environ)
        if chosen.command == "create":
            _say_written(create_backup(config, chosen.file or _new_name(config.data_dir)))
        elif chosen.command == "verify":
            manifest = read_manifest(chosen.file)
            print(f"{chosen.file} is whole; it was made at {manifest['made_at']}.")
        else:
            restore_backup(config, chosen.file, overwrite=chosen.replace)
            print(f"Restored to {config.data_dir}; start Parley with `make run`.")
    except (BadBackup, CannotStart, DatabaseFailed, OSError) as error:
        print(f"parley: {error}", file=sys.stderr)
        return 1
    return 0


def _with_cluster(chosen: argparse.Namespace) -> int:
    cluster = Cluster.from_environment()
    if chosen.command == "create":
        _say_written(back_up_cluster(cluster, chosen.file or _new_name(ROOT / "var")))
    else:
        restore_cluster(cluster, chosen.file, overwrite=chosen.replace)
        print("Restored; the cluster is starting.")
    return 0


def _say_written(path: Path) -> None:
    print(f"Backup written to {path}; it holds messages, accounts and secrets: keep it safe.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.backup")
    commands = parser.add_subparsers(dest="command", required=True)
    create = commands.add_parser("create", help="copy a running or stopped Parley to one file")
    create.add_argument("file", type=Path, nargs="?")
    create.add_argument("--cluster", action="store_true", help="of docker-compose.yml, running")
    verify = commands.add_parser("verify", help="check that a backup is whole")
    verify.add_argument("file", type=Path)
    restore = commands.add_parser("restore", help="restore a stopped Parley from a backup")
    restore.add_argument("file", type=Path)
    restore.add_argument(
        "--replace", action="store_true", help="overwrite the data that is there now"
    )
    restore.add_argument("--cluster", action="store_true", help="of docker-compose.yml, running")
    parser.set_defaults(cluster=False)
    return parser


def _new_name(directory: Path) -> Path:
    return directory / "backups" / f"parley-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
