"""`make audit`: known vulnerabilities of the pinned packages, from pip-audit and npm audit.

Exit status: 0 when no advisory applies or no advisory service could be reached (the output says
which), 1 when an advisory applies that `deploy/accepted-advisories.toml` does not accept.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements" / "run.lock"
ACCEPTED = ROOT / "deploy" / "accepted-advisories.toml"
TIMEOUT_SECONDS = 300


@dataclass(frozen=True)
class Advisory:
    package: str
    version: str
    id: str
    aliases: frozenset[str] = frozenset()


class Unavailable(Exception):
    """The advisory service gave no usable answer."""


def main() -> int:
    today = datetime.now(UTC).date()
    accepted = accepted_ids(tomllib.loads(ACCEPTED.read_text()), today)
    status = 0
    for source, audit in (("Python", audit_python), ("npm", audit_npm)):
        try:
            found = remaining(audit(), accepted)
        except Unavailable as reason:
            print(f"{source}: NOT AUDITED, no advisory service could be reached ({reason}).")
            continue
        print(f"{source}: {len(found)} advisories that are not accepted.")
        for advisory in found:
            print(f"  {advisory.package} {advisory.version}: {advisory.id}")
        status = 1 if found else status
    return status


def accepted_ids(document: dict[str, Any], today: date) -> set[str]:
    """The ids of accepted advisories whose date has not passed."""
    return {entry["id"] for entry in document.get("accepted", []) if entry["until"] >= today}


def remaining(found: Iterable[Advisory], accepted: set[str]) -> list[Advisory]:
    return [a for a in found if not ({a.id} | a.aliases) & accepted]


def audit_python() -> list[Advisory]:
    options = ("--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off")
    command = (sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), *options)
    return read_pip_audit(_json_output(command))


def read_pip_audit(report: dict[str, Any]) -> list[Advisory]:
    """Advisories in pip-audit's JSON report; raises Unavailable if it looked up no package."""
    dependencies = report.get("dependencies", [])
    if all("skip_reason" in dependency for dependency in dependencies):
        raise Unavailable("no package could be looked up")
    return [
        Advisory(
            dependency["name"],
            dependency["version"],
            found["id"],
            frozenset(found.get("aliases", ())),
        )
        for dependency in dependencies
        for found in dependency.get("vulns", ())
    ]


def audit_npm() -> list[Advisory]:
    return read_npm_audit(_json_output(("npm", "audit", "--json", "--package-lock-only")))


def read_npm_audit(report: dict[str, Any]) -> list[Advisory]:
    """Advisories in npm's JSON report; raises Unavailable for an error report."""
    if "auditReportVersion" not in report:
        raise Unavailable(str(report.get("message") or "no report"))
    return [
        Advisory(package["name"], package["range"], via["url"].rpartition("/")[2])
        for package in report["vulnerabilities"].values()
        for via in package["via"]
        if isinstance(via, dict)
    ]


def _json_output(command: Sequence[str]) -> dict[str, Any]:
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_SECONDS
        )
        report = json.loads(done.stdout)
    except FileNotFoundError as error:
        raise Unavailable(f"{error.filename} is not installed") from None
    except subprocess.TimeoutExpired:
        raise Unavailable(f"no answer within {TIMEOUT_SECONDS} s") from None
    except ValueError:
        raise Unavailable((done.stderr.strip().splitlines() or ["no report"])[-1][:200]) from None
    if not isinstance(report, dict):
        raise Unavailable("no report")
    return report


if __name__ == "__main__":
    sys.exit(main())
