"""The command line of backups; settings are those of `make run`."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from deploy.backup.archive import BadBackup, read_manifest
from deploy.backup.create import create_backup
from deploy.backup.databases import DatabaseFailed
from deploy.backup.restore import restore_backup
from deploy.local.config import CannotStart, Config


def main(arguments: Sequence[str]) -> int:
    """0 when it is done; 1 with one line of reason when nothing was changed."""
    os.umask(0o077)  # a backup holds everything that people wrote, and the secrets
    chosen = _parser().parse_args(arguments)
    try:
        config = Config.from_environment("run", os.environ)
        if chosen.command == "create":
            path = create_backup(config, chosen.file or _new_name(config))
            print(
                f"Backup written to {path}; it holds messages, accounts and secrets: keep it safe."
            )
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.backup")
    commands = parser.add_subparsers(dest="command", required=True)
    create = commands.add_parser("create", help="copy a running or stopped Parley to one file")
    create.add_argument("file", type=Path, nargs="?")
    verify = commands.add_parser("verify", help="check that a backup is whole")
    verify.add_argument("file", type=Path)
    restore = commands.add_parser("restore", help="put a stopped Parley back to a backup")
    restore.add_argument("file", type=Path)
    restore.add_argument(
        "--replace", action="store_true", help="overwrite the data that is there now"
    )
    return parser


def _new_name(config: Config) -> Path:
    return config.data_dir / "backups" / f"parley-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
