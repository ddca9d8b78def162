"""Parts of pages that are drawn once for the same values, and remembered."""

import hashlib
import threading
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from cachetools import LRUCache
from flask import Flask
from jinja2 import Environment
from markupsafe import Markup

from gateway_frontend.drawing.filters import reader_day
from gateway_frontend.drawing.late_values import LateValues
from gateway_frontend.shapes.administration import Place
from servicekit.language import current_language

CACHE_CHARACTERS = 8_000_000
"""HTML that is remembered, in characters: some 500 lists of conversations."""
Limits = tuple[dict[str, int], ...]
Key = tuple[str, ...]
Shared = tuple[Limits, Place]


def install_drawn_once(
    app: Flask,
    make_late: Mapping[str, Callable[[], str]],
    read_limits: Callable[[], Limits],
    read_place: Callable[[], Place],
) -> None:
    """Register `drawn_once(template, name=value, …)` for templates, and the late values."""
    late_values = LateValues(make_late)
    late_values.install(app)
    drawer = DrawnOnce(app.jinja_env, late_values, lambda: (read_limits(), read_place()))
    app.jinja_env.globals["drawn_once"] = drawer.draw


class DrawnOnce:
    """Drawn templates by all that their HTML depends on.

    That is: the values, which must be JSON; the reader's language, time zone and date; the limits
    of the services; and the place. Such a template uses these values, globals, `place_name` and
    `place_icon`: no other variable of a page. Tokens of forms are no part of what is remembered;
    see `LateValues`.
    """

    def __init__(
        self,
        environment: Environment,
        late_values: LateValues,
        read_shared: Callable[[], Shared],
        cache_characters: int = CACHE_CHARACTERS,
    ) -> None:
        self._environment, self._late_values = environment, late_values
        self._read_shared = read_shared
        self._shared: Shared | None = None
        self._drawn: LRUCache[Key, Markup] = LRUCache(cache_characters, getsizeof=len)
        self._lock = threading.Lock()

    def draw(self, template: str, **values: Any) -> Markup:
        key = (template, current_language().tag, reader_day(), _digest(values))
        shared = self._read_shared()
        with self._lock:
            if shared != self._shared:
                self._drawn.clear()
                self._shared = shared
            drawn = self._drawn.get(key)
        if drawn is None:
            drawn = self._draw(template, values, shared[1])
            with self._lock:
                if shared == self._shared and len(drawn) <= self._drawn.maxsize:
                    self._drawn[key] = drawn
        return self._late_values.fill(drawn)

    def _draw(self, template: str, values: dict[str, Any], place: Place) -> Markup:
        with self._late_values.marked():
            html = self._environment.get_template(template).render(
                values, place_name=place["place_name"], place_icon=place["icon_url"]
            )
        return Markup(html)  # noqa: S704 - escaped by the template


def _digest(values: dict[str, Any]) -> str:
    # Subclasses are refused: a Markup would look like the text of the same characters.
    described = orjson.dumps(values, option=orjson.OPT_PASSTHROUGH_SUBCLASS)
    return hashlib.blake2b(described).hexdigest()
