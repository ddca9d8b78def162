"""The learner's own chat: the code blocks of docs/tutorial.md, applied step by step in a folder."""

import ast
import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from deploy.local.programs import ROOT
from tests.support.ports import free_port
from tests.support.process import Process
from tests.support.waiting import wait_until
from tests.tutorial.httpie import run_http

DOCUMENT = ROOT / "docs" / "tutorial.md"
SOCKET_IO = ROOT / "gateway_frontend/static/vendor/socket.io-client-4.8.4.esm.min.js"


@dataclass(frozen=True)
class Block:
    """A fenced code block; `file` is where it goes, empty for commands and answers."""

    language: str
    file: str
    text: str


@dataclass(frozen=True)
class Step:
    number: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def commands(self) -> list[str]:
        lines = [line for b in self.blocks if b.language == "sh" for line in b.text.splitlines()]
        return [line for line in lines if line.startswith("http :5000/")]

    @property
    def answer(self) -> Any:
        """The JSON that the page shows for the last command, or None."""
        shown = [block.text for block in self.blocks if block.language == "json"]
        return json.loads(shown[-1]) if shown else None


def read_steps(text: str) -> list[Step]:
    parts = re.split(r"^### (\d\d\w?) (.*)$", text, flags=re.MULTILINE)[1:]
    return [
        Step(number, title, tuple(_blocks(body)))
        for number, title, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]


class Chat:
    """The program of the steps so far, served by `flask run` on a port of its own."""

    def __init__(self, directory: Path, parley_url: str) -> None:
        self.directory = directory
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environ = {**os.environ, "PARLEY_URL": parley_url, "PYTHONUNBUFFERED": "1"}
        self._process: Process | None = None
        (directory / "static").mkdir()
        shutil.copyfile(SOCKET_IO, directory / "static" / "socket.io.esm.min.js")

    @property
    def logs(self) -> str:
        assert self._process is not None
        return self._process.logs

    def add(self, step: Step) -> None:
        """Write the step's code as the page says; the program is restarted when it is next used."""
        for block in step.blocks:
            if not block.file:
                continue
            path = self.directory / block.file
            path.parent.mkdir(exist_ok=True)
            if block.file == "app.py":
                before = path.read_text() if path.exists() else ""
                path.write_text(merge(before, block.text))
            else:
                path.write_text(block.text)
        self.stop()

    def serve(self) -> None:
        """Returns when the program of the steps so far is served."""
        if self._process is None:
            self._start()

    def run(self, command: str) -> requests.Response:
        self.serve()
        return run_http(self.url, command)

    def stop(self) -> None:
        if self._process is not None:
            self._process.stop()
            self._process = None

    def _start(self) -> None:
        command = (sys.executable, "-m", "flask", "--app", "app", "run", "--port", str(self.port))
        self._process = Process(
            command, log=self.directory / "log", env=self._environ, cwd=self.directory
        )
        self._process.start()
        wait_until(self._is_served, 30, 0.05, "the learner's chat is served")

    def _is_served(self) -> bool:
        assert self._process is not None
        assert self._process.is_running, self._process.logs[-2000:]
        return requests.get(f"{self.url}/healthz", timeout=5).ok


def merge(before: str, added: str) -> str:
    """`added` goes to the end; its imports to the top; a definition replaces its namesake."""
    imports, statements = _split(before)
    more_imports, more_statements = _split(added)
    imports += [line for line in more_imports if line not in imports]
    names = {_defined_name(statement) for statement in more_statements} - {None}
    kept = {_defined_name(s): s for s in more_statements if _defined_name(s) is not None}
    known = {_defined_name(statement) for statement in statements}
    merged = [kept.get(_defined_name(s), s) if _defined_name(s) in names else s for s in statements]
    merged += [s for s in more_statements if _defined_name(s) not in known or not _defined_name(s)]
    return "\n".join([*imports, "", "", "\n\n\n".join(merged), ""])


def matches(shown: Any, actual: Any) -> bool:
    """Whether the answer holds what the page shows: first entries of a list, some fields."""
    if isinstance(shown, dict):
        return isinstance(actual, dict) and all(
            key in actual and matches(value, actual[key]) for key, value in shown.items()
        )
    if isinstance(shown, list):
        return isinstance(actual, list) and all(
            matches(*pair) for pair in zip(shown, actual[: len(shown)], strict=True)
        )
    return bool(shown == actual)


def _blocks(body: str) -> list[Block]:
    found = re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", body, flags=re.MULTILINE | re.DOTALL)
    return [Block(*groups) for groups in found]


def _split(source: str) -> tuple[list[str], list[str]]:
    imports: list[str] = []
    statements: list[str] = []
    for node in ast.parse(source).body:
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
        text = "\n".join(source.splitlines()[first - 1 : node.end_lineno])
        (imports if isinstance(node, ast.Import | ast.ImportFrom) else statements).append(text)
    return imports, statements


def _defined_name(statement: str) -> str | None:
    node = ast.parse(statement).body[0]
    return node.name if isinstance(node, ast.FunctionDef | ast.ClassDef) else None
