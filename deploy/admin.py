"""`make admin`: commands of administration for a local installation, running or stopped."""

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence

from deploy.local.config import CannotStart, Config
from deploy.local.programs import ROOT, plan_services

NO_REDIS = "redis://127.0.0.1:1"
"""The commands write to the database alone; a running Parley reads changes there by itself."""
COMMANDS = {
    "list": "nickname, role, e-mail and name of each account",
    "make-admin LOGIN": "make a person an administrator",
    "reset-password LOGIN": "print a link with which the person chooses a new password",
    "set-password LOGIN": "type the person's new password here",
}
HELP = "\n".join(
    (
        "LOGIN is a nickname or an e-mail address.",
        *(f'  make admin CMD="{command}"\n      {does}' for command, does in COMMANDS.items()),
        "Back up and restore with `make backup` and `make restore`; see docs/backup.md.",
        "For containers see docs/cluster.md.",
    )
)


def main(arguments: Sequence[str]) -> int:
    """The status of the command; 0 after the list of commands."""
    words = shlex.split(" ".join(arguments))
    known = {command.split()[0] for command in COMMANDS}
    if not words or words[0] not in known:
        print(HELP)
        return 1 if words else 0
    try:
        config = Config.from_environment("run", os.environ)
        if not (config.data_dir / "users.sqlite3").exists() and (
            "USERS_DATABASE_URL" not in os.environ
        ):
            raise CannotStart(f"there is no data in {config.data_dir}; start Parley once")
        services = plan_services(config, os.environ.get("REDIS_URL") or NO_REDIS)
    except CannotStart as error:
        print(f"parley: {error}", file=sys.stderr)
        return 1
    users = next(service for service in services if service.name == "users_service")
    flask = (sys.executable, "-m", "flask", "--app", "users_service.wsgi", "people", *words)
    return subprocess.run(flask, cwd=ROOT, env={**users.environ, "LOG_LEVEL": "WARNING"}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
