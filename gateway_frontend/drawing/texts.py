"""`_()`, `ngettext()`, `pgettext()` and `{% trans %}` in templates, in the reader's language.

Like Jinja's own, they return HTML: a text may have markup, its values are escaped.
"""

from functools import lru_cache
from typing import Any

from flask import Flask
from markupsafe import Markup

from servicekit.language import Language, current_language


def install_texts(app: Flask) -> None:
    environment: Any = app.jinja_env  # whose extensions add methods
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(
        gettext=lambda text: current_language().translations.gettext(text),
        ngettext=lambda one, many, num: current_language().translations.ngettext(one, many, num),
        pgettext=lambda context, text: current_language().translations.pgettext(context, text),
        newstyle=True,
    )
    environment.globals.update(gettext=_gettext, _=_gettext)
    environment.filters["translated"] = translated


def translated(text: str) -> str:
    """A text that was stored in English."""
    return current_language().translations.gettext(text)


def _gettext(text: str, /, **values: object) -> Markup:
    """In place of Jinja's: a page has a hundred texts, most of them without values."""
    language = current_language()
    return _html_of(language, text) if not values else _template(language, text) % values


@lru_cache(10_000)
def _html_of(language: Language, text: str) -> Markup:
    return _template(language, text) % {}


def _template(language: Language, text: str) -> Markup:
    return Markup(language.translations.gettext(text))  # noqa: S704 - of the templates and catalogs
