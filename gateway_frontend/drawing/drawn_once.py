"""Parts of pages that are the same for all readers of a language, drawn once for them."""

from collections.abc import Callable

from flask import Flask
from jinja2 import Environment
from markupsafe import Markup

from servicekit.language import current_language

Limits = tuple[dict[str, int], ...]


def install_drawn_once(app: Flask, read_limits: Callable[[], Limits]) -> None:
    """Register `drawn_once(template)` for templates."""
    app.jinja_env.globals["drawn_once"] = DrawnOnce(app.jinja_env, read_limits).draw


class DrawnOnce:
    """Drawn templates by all that their HTML depends on: language, and the limits of the services.

    Such a template may use globals alone, no variable of a page and no token of a form.
    """

    def __init__(self, environment: Environment, read_limits: Callable[[], Limits]) -> None:
        self._environment, self._read_limits = environment, read_limits
        self._drawn: dict[tuple[str, str], tuple[Limits, Markup]] = {}

    def draw(self, template: str) -> Markup:
        limits = self._read_limits()
        key = (template, current_language().tag)
        known = self._drawn.get(key)
        if known is not None and known[0] == limits:
            return known[1]
        drawn = Markup(self._environment.get_template(template).render())  # noqa: S704 - escaped
        self._drawn[key] = (limits, drawn)
        return drawn
