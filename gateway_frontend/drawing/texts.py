"""`_()`, `ngettext()`, `pgettext()` and `{% trans %}` in templates, in the reader's language.

Like Jinja's own, they return HTML: a text may have markup, its values are escaped.
"""

from typing import Any

from flask import Flask

from servicekit.language import current_language


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
    environment.filters["translated"] = translated


def translated(text: str) -> str:
    """A text that was stored in English."""
    return current_language().translations.gettext(text)
