"""Parts of pages that are the same for all readers of a language, drawn once for them."""

from collections.abc import Callable

from flask import Flask
from jinja2 import Environment
from markupsafe import Markup

from gateway_frontend.shapes import Place
from servicekit.language import current_language

Limits = tuple[dict[str, int], ...]


def install_drawn_once(
    app: Flask, read_limits: Callable[[], Limits], read_place: Callable[[], Place]
) -> None:
    """Register `drawn_once(template)` for templates."""
    drawn_once = DrawnOnce(app.jinja_env, read_limits, read_place)
    app.jinja_env.globals["drawn_once"] = drawn_once.draw


class DrawnOnce:
    """Drawn templates by all that their HTML depends on: language, limits, and the place.

    Such a template may use globals, `place_name` and `place_icon` alone: no other variable of a
    page and no token of a form.
    """

    def __init__(
        self,
        environment: Environment,
        read_limits: Callable[[], Limits],
        read_place: Callable[[], Place],
    ) -> None:
        self._environment = environment
        self._read_limits, self._read_place = read_limits, read_place
        self._drawn: dict[tuple[str, str], tuple[tuple[Limits, Place], Markup]] = {}

    def draw(self, template: str) -> Markup:
        place = self._read_place()
        basis = (self._read_limits(), place)
        key = (template, current_language().tag)
        known = self._drawn.get(key)
        if known is not None and known[0] == basis:
            return known[1]
        html = self._environment.get_template(template).render(
            place_name=place["place_name"], place_icon=place["icon_url"]
        )
        drawn = Markup(html)  # noqa: S704 - escaped
        self._drawn[key] = (basis, drawn)
        return drawn
