"""Child process that highlights code, as `highlighting` asks it to.

Some of Pygments' lexers take minutes for a few hundred characters, or never end, and a regular
expression cannot be interrupted inside a service's threads. Here a timer interrupts it.

Requests and answers are lines of JSON on standard input and output. This program imports nothing
of Parley.
"""

import functools
import io
import json
import resource
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name

Token = tuple[Any, str]
MEMORY_BYTES = 512 << 20
TOKENS_PER_CHARACTER = 4
SPARE_TOKENS = 100
WARM_UP = "<script>x</script><style>a{}</style><?php 1 ?>\n```js\n```\n"
"""Makes the lexers that call others load them."""


class TooCostly(BaseException):
    """The lexer has used up its time or its tokens; no lexer's `except Exception` stops it."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the service, which closes stdin
    signal.signal(signal.SIGPROF, _stop)
    _write({"ready": True})
    for line in sys.stdin:
        request = json.loads(line)
        _write(_highlighted(request["code"], _lexer(request["language"]), request["seconds"]))


def _write(answer: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


@functools.cache
def _lexer(language: str) -> Lexer:
    """Made and warmed up outside of the time limit: it compiles many regular expressions."""
    lexer = get_lexer_by_name(language)
    list(lexer.get_tokens(WARM_UP))
    return lexer


def _highlighted(code: str, lexer: Lexer, seconds: float) -> dict[str, object]:
    """`html` is None for code that costs more; `seconds` is the CPU time used."""
    started = time.process_time()
    html = None
    try:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            html = _html(code, lexer)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except (TooCostly, MemoryError, RecursionError):
        html = None
    return {"html": html, "seconds": time.process_time() - started}


def _html(code: str, lexer: Lexer) -> str:
    formatter: HtmlFormatter[str] = HtmlFormatter(nowrap=True)
    most = TOKENS_PER_CHARACTER * len(code) + SPARE_TOKENS
    out = io.StringIO()
    formatter.format(_at_most(most, lexer.get_tokens(code)), out)
    return out.getvalue()


def _at_most(count: int, tokens: Iterable[Token]) -> Iterator[Token]:
    """A lexer in an endless loop yields empty tokens for ever."""
    for index, token in enumerate(tokens):
        if index >= count:
            raise TooCostly
        yield token


def _stop(signal_number: int, frame: object) -> None:
    raise TooCostly


if __name__ == "__main__":
    main()
