"""The rows of a conversation or of a thread as HTML."""

from collections.abc import Iterable

from flask import Flask
from jinja2 import Environment
from markupsafe import Markup

from gateway_frontend.drawing.message_html import DrawForReader
from gateway_frontend.drawing.timeline import Row


def install_lines(app: Flask) -> None:
    """Register `draw_lines(rows, draw_message)` for templates.

    A loop in a template takes longer for a row than it takes to look up its message.
    """
    environment = app.jinja_env

    def draw_lines(rows: Iterable[Row], draw_message: DrawForReader) -> Markup:
        drawn = _drawn(environment, rows, draw_message)
        return Markup("\n".join(drawn))  # noqa: S704 - each is Markup, which `join` would check

    environment.globals["draw_lines"] = draw_lines


def _drawn(
    environment: Environment, rows: Iterable[Row], draw_message: DrawForReader
) -> list[Markup]:
    line = environment.get_template("parts/lines.html").module.line  # type: ignore[attr-defined]
    return [
        draw_message(row["message"], row["is_head"]) if row["kind"] == "message" else line(row)
        for row in rows
    ]
