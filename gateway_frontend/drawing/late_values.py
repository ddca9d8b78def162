"""Values that are other ones on each page, in HTML that is remembered."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from flask import Flask
from markupsafe import Markup


class LateValues:
    """Functions for templates; in HTML that is remembered, marks stand for what they return.

    Nobody can write a mark: it is random, and never leaves the process.
    """

    def __init__(self, make: Mapping[str, Callable[[], str]]) -> None:
        self._make = make
        self._marks = {name: secrets.token_hex(16) for name in make}
        self._is_marking = ContextVar("is_marking", default=False)

    def install(self, app: Flask) -> None:
        """Register the functions under their names."""
        app.jinja_env.globals.update({name: self._function(name) for name in self._make})

    @contextmanager
    def marked(self) -> Iterator[None]:
        """Draw with the marks inside of this context."""
        before = self._is_marking.set(True)
        try:
            yield
        finally:
            self._is_marking.reset(before)

    def fill(self, html: Markup) -> Markup:
        """The HTML with values of this page, or with its marks if it becomes a part of others."""
        if self._is_marking.get():
            return html
        for name, mark in self._marks.items():
            if mark in html:
                html = html.replace(mark, self._make[name]())
        return html

    def _function(self, name: str) -> Callable[[], str]:
        return lambda: self._marks[name] if self._is_marking.get() else self._make[name]()
