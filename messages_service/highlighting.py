"""Colours for code in messages, from a child process whose time and memory are limited."""

import json
import logging
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypedDict, cast

PROGRAM = Path(__file__).with_name("highlighter.py")
CPU_SECONDS = 0.05
"""CPU time of the child for all code of a message."""
ANSWER_SECONDS = 1.0
"""Wall-clock time for an answer; a child that takes longer is replaced."""
TURN_SECONDS = 0.25
"""Wall-clock time to wait for other messages' code; after it, code stays plain."""
START_SECONDS = 10.0
"""Wall-clock time for the child to start."""
MAX_CHARACTERS = 5_000
"""Characters of code that are highlighted in a message; what follows stays plain."""
MAX_BLOCKS = 20
"""Blocks of code that are highlighted in a message."""
MAX_HTML_BYTES = 60_000
"""Bytes of highlighted HTML in a message."""
LANGUAGES = frozenset({
    "bash", "c", "c#", "c++", "console", "cpp", "cs", "csharp", "css", "diff", "docker",
    "dockerfile", "go", "golang", "graphql", "html", "http", "ini", "java", "javascript", "js",
    "json", "jsx", "kotlin", "lua", "make", "makefile", "markdown", "md", "nginx", "perl", "php",
    "pl", "postgresql", "powershell", "ps1", "py", "pycon", "python", "python3", "r", "rb", "rs",
    "ruby", "rust", "scala", "sh", "shell", "sql", "sqlite3", "swift", "toml", "ts", "tsx",
    "typescript", "udiff", "vim", "xml", "yaml", "yml", "zsh",
})  # fmt: skip
"""Names that people write after ```; code in other languages stays plain."""
log = logging.getLogger(__name__)


@dataclass
class Budget:
    """The remaining cost that the code of one message may have."""

    seconds: float = CPU_SECONDS
    characters: int = MAX_CHARACTERS
    blocks: int = MAX_BLOCKS
    html_bytes: int = MAX_HTML_BYTES


class _Request(TypedDict):
    """A line to the child; `seconds` is the CPU time that it may use."""

    code: str
    language: str
    seconds: float


class _Answer(TypedDict):
    """Its answer; `html` is None for code that costs more."""

    html: str | None
    seconds: float


class Highlighter:
    """Asks the child, which is started when it is first needed; one block at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._child: _Child | None = None

    def html(self, code: str, language: str, budget: Budget) -> str | None:
        """`code` as HTML with Pygments' classes; None if it should be shown plain."""
        language = language.lower()
        if language not in LANGUAGES or len(code) > budget.characters or not budget.blocks:
            return None
        if budget.seconds <= 0 or not self._turn.acquire(timeout=TURN_SECONDS):
            return None
        try:
            answer = self._ask({"code": code, "language": language, "seconds": budget.seconds})
        finally:
            self._turn.release()
        budget.blocks -= 1
        budget.characters -= len(code)
        budget.seconds -= answer["seconds"]
        html = answer["html"]
        if html is None or len(html.encode()) > budget.html_bytes:
            return None
        budget.html_bytes -= len(html.encode())
        return html

    def close(self) -> None:
        """End the child."""
        with self._turn:
            self._end()

    def _ask(self, request: _Request) -> _Answer:
        try:
            if self._child is None:
                self._child = _Child()
            return self._child.ask(request)
        except (OSError, ValueError) as error:  # a timeout, a dead child, half an answer
            log.warning("highlighter: replaced after %r", error)
            self._end()
            return {"html": None, "seconds": request["seconds"]}

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


class _Child:
    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        # -I: neither the environment nor the working directory decides what it imports.
        command = (sys.executable, "-I", str(PROGRAM))
        end = theirs.fileno()
        with theirs:
            self._process = subprocess.Popen(
                command, stdin=end, stdout=end, stderr=subprocess.DEVNULL, env={}
            )
        self._answers: IO[bytes] = self._socket.makefile("rb")
        self._socket.settimeout(START_SECONDS)
        self._answers.readline()
        self._socket.settimeout(ANSWER_SECONDS)

    def ask(self, request: _Request) -> _Answer:
        self._socket.sendall(json.dumps(request).encode() + b"\n")
        return cast(_Answer, json.loads(self._answers.readline()))

    def end(self) -> None:
        self._answers.close()
        self._socket.close()
        self._process.kill()
        self._process.wait()
