"""Tables of rights: a line is a method, a path, perhaps `+body`, and a status per column."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
from flask import Flask

from tests.support.cast import Person

ABSENT = 987_654_321
HOLE = re.compile(r"<[^>]+>|\{[^}]+\}")
_session = requests.Session()
_session.trust_env = False


@dataclass(frozen=True)
class Line:
    """A request with holes for ids, and what each column gets for it."""

    method: str
    path: str
    body: str | None
    statuses: Mapping[str, int]

    @property
    def route(self) -> str:
        return f"{self.method} {HOLE.sub('{}', self.path.partition('?')[0])}"

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.path, self.body)))


def read_table(text: str) -> list[Line]:
    """The first line names the columns."""
    heading, *rows = text.strip().splitlines()
    columns = heading.split()
    lines = []
    for row in filter(str.strip, rows):
        method, path, *rest = row.split()
        body = rest.pop(0) if rest[0].startswith("+") else None
        statuses = dict(zip(columns, map(int, rest), strict=True))
        lines.append(Line(method, path, body, statuses))
    return lines


def routes_of(app: Flask) -> set[str]:
    """All under /api, as `Line.route` has them."""
    return {
        f"{method} {HOLE.sub('{}', rule.rule)}"
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def routes_in(lines: Iterable[Line], others: Iterable[str]) -> set[str]:
    return {line.route for line in lines} | set(others)


def ask(
    url: str,
    line: Line,
    who: Person | None,
    ids: Mapping[str, Any],
    bodies: Mapping[str, Callable[[Any], Any]],
) -> requests.Response:
    """The line's request, by a person or without a token."""
    body = bodies[line.body](ids) if line.body else None
    options = body if isinstance(body, dict) and "files" in body else {"json": body}
    path = line.path.format_map(ids)
    headers = who.headers if who else {}
    options |= {"headers": headers, "timeout": 20, "allow_redirects": False}
    return _session.request(line.method, url + path, **options)


def content_of(answer: requests.Response) -> Any:
    """The answer without its request id."""
    if not answer.content:
        return answer.status_code
    body = answer.json()
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name not in ("request_id", "epoch")}
    return answer.status_code, body
