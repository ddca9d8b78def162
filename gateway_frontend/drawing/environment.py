"""The Jinja environment of the gateway's templates."""

import re
from collections.abc import MutableMapping
from typing import Any

from flask import current_app
from flask.templating import Environment
from jinja2.ext import Extension

_INDENTATION = re.compile(r"\n[ \t]+")


class TemplateEnvironment(Environment):
    """Templates share one dictionary of globals; none has globals of its own.

    With Jinja's ChainMap for each template, an import of macros costs a comparison of all names in
    Python: ten imports a page took as long as the call to messages_service.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.add_extension(_Unindented)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def draw_page(template: str, **values: Any) -> bytes:
    """Draw a template as `flask.render_template` does, and encode it.

    Piece by piece: joined first, one emoji in a message makes the whole page a text of four bytes
    for each character, and encoding it takes a quarter of the page's time.
    """
    app = current_app
    app.update_template_context(values)
    pieces = app.jinja_env.get_template(template).generate(values)
    return b"".join([piece.encode() for piece in pieces])


class _Unindented(Extension):
    """Leaves out the indentation of templates: a third of a page."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _INDENTATION.sub("\n", source)
