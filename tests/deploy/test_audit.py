"""`make audit` reads the reports of pip-audit and npm audit."""

from datetime import date
from typing import Any

import pytest

from deploy.audit import (
    Advisory,
    Unavailable,
    accepted_ids,
    read_npm_audit,
    read_pip_audit,
    remaining,
)


def pip_report(*dependencies: dict[str, Any]) -> dict[str, Any]:
    return {"dependencies": list(dependencies), "fixes": []}


def test_a_vulnerable_python_package_is_reported() -> None:
    found = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["2"]}
    report = pip_report(
        {"name": "flask", "version": "1", "vulns": []},
        {"name": "nltk", "version": "3", "vulns": [found]},
    )
    assert read_pip_audit(report) == [
        Advisory("nltk", "3", "PYSEC-2026-1", frozenset({"CVE-2026-1"}))
    ]


def test_a_report_without_any_looked_up_package_fails() -> None:
    with pytest.raises(Unavailable):
        read_pip_audit(pip_report({"name": "flask", "skip_reason": "not found"}))


def test_a_vulnerable_npm_package_is_reported() -> None:
    via = {"url": "https://github.com/advisories/GHSA-1", "title": "t"}
    package = {"name": "dropzone", "range": "<7", "via": [via, "another-package"]}
    report = {"auditReportVersion": 2, "vulnerabilities": {"dropzone": package}}
    assert read_npm_audit(report) == [Advisory("dropzone", "<7", "GHSA-1")]


def test_an_error_of_the_npm_service_fails() -> None:
    with pytest.raises(Unavailable, match="405"):
        read_npm_audit({"message": "405 Method Not Allowed", "statusCode": 405})


def test_an_accepted_advisory_fails_again_after_its_expiry_date() -> None:
    document = {"accepted": [{"id": "CVE-2026-1", "until": date(2026, 12, 1), "reason": "r"}]}
    advisory = Advisory("nltk", "3", "PYSEC-2026-1", frozenset({"CVE-2026-1"}))
    assert remaining([advisory], accepted_ids(document, date(2026, 12, 1))) == []
    assert remaining([advisory], accepted_ids(document, date(2026, 12, 2))) == [advisory]
