"""The language of the current request: the person's own, else the browser's, else English.

    _("Hello %(name)s", name="Ann")
    ngettext("One file", "%(num)s files", count)

Texts are written in English; the catalogs `servicekit/translations/*.po` have the other
languages, and `python -m deploy.translations` keeps them up to date. Babel is imported when a
catalog is needed. Outside of requests `speaking` chooses the language.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, current_app, g, has_request_context, request

if TYPE_CHECKING:
    from babel import Locale
    from babel.messages.catalog import Catalog

CATALOGS = Path(__file__).parent / "translations"
ENGLISH = "en"
EXTENSION = "parley_languages"


def _(text: str, /, **values: object) -> str:
    """The text in the current language; `%(name)s` becomes the value `name`."""
    return current_language().translations.gettext(text) % values


def ngettext(singular: str, plural: str, num: int, /, **values: object) -> str:
    """The text for that number, which is `%(num)s` in it."""
    text = current_language().translations.ngettext(singular, plural, num)
    return text % {"num": num, **values}


def pgettext(context: str, text: str, /, **values: object) -> str:
    """A text that is translated differently in other contexts."""
    return current_language().translations.pgettext(context, text) % values


def N_(text: str) -> str:  # noqa: N802 - gettext's name for it
    """Marks a text that is translated later, with `_(TEXT)`."""
    return text


class Language:
    """One language, by its tag (`de`, `pt-BR`); English has no catalog."""

    def __init__(self, tag: str, path: Path | None = None) -> None:
        self.tag, self.path = tag, path

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return "ltr" if self.path is None else self.locale.text_direction

    @property
    def own_name(self) -> str:
        """`Deutsch`, as its speakers call it."""
        name = self.locale.language_name or self.tag
        return name[:1].upper() + name[1:]

    @cached_property
    def locale(self) -> "Locale":
        """Names of days and months, signs of numbers."""
        from babel import Locale, UnknownLocaleError

        try:
            return Locale.parse(self.tag, sep="-")
        except UnknownLocaleError:  # of an unknown country, say
            return Locale.parse(self.tag.split("-")[0])

    @cached_property
    def decimal_point(self) -> str:
        """`.` as in 1.5, or `,`"""
        return "." if self.path is None else self.locale.number_symbols["latn"]["decimal"]

    @cached_property
    def translations(self) -> NullTranslations:
        if self.path is None:
            return NullTranslations()
        from babel.messages.mofile import write_mo

        compiled = BytesIO()
        write_mo(compiled, self.read_catalog())
        compiled.seek(0)
        return GNUTranslations(compiled)

    def read_catalog(self) -> "Catalog":
        from babel.messages.pofile import read_po

        return read_po(BytesIO(self.read_file()))

    def read_file(self) -> bytes:
        """The bytes of the catalog's file."""
        return self.path.read_bytes() if self.path is not None else b""


class Languages:
    """English, and the languages whose catalogs are in these folders."""

    def __init__(self, *folders: Path) -> None:
        self.all = {ENGLISH: Language(ENGLISH)}
        for folder in folders:
            for path in sorted(folder.glob("*.po")):
                self.all[path.stem] = Language(path.stem, path)
        self._by_lower_tag = {tag.lower(): language for tag, language in self.all.items()}

    @property
    def english(self) -> Language:
        return self.all[ENGLISH]

    def find(self, tag: str) -> Language | None:
        """The language with this tag or the nearest more general one: `de` for `de-CH`."""
        wanted = tag.lower()
        while wanted:
            if language := self._by_lower_tag.get(wanted):
                return language
            wanted = wanted.rpartition("-")[0]
        return None


BUILT_IN = Languages(CATALOGS)
_outside_of_requests: ContextVar[Language | None] = ContextVar("language", default=None)


def install_languages(app: Flask, folder: str | None = None) -> None:
    """Give the app its languages: those of Parley, and those of a folder of the operator."""
    app.extensions[EXTENSION] = Languages(CATALOGS, Path(folder)) if folder else BUILT_IN


def languages_of(app: Flask) -> Languages:
    """The languages of that app."""
    languages: Languages = app.extensions.get(EXTENSION, BUILT_IN)
    return languages


def current_language() -> Language:
    """The language of the current request; outside of one that of `speaking`, else English."""
    if not has_request_context():
        return _outside_of_requests.get() or BUILT_IN.english
    language: Language | None = g.get("language")
    return language or choose_language(None)


@contextmanager
def speaking(tag: str | None) -> Iterator[None]:
    """Translate into that language where there is no request, in an e-mail for example."""
    chosen = _outside_of_requests.set(languages_of(current_app).find(tag or ""))
    try:
        yield
    finally:
        _outside_of_requests.reset(chosen)


def choose_language(wanted: str | None) -> Language:
    """Use the wanted language for this request, else that of its `Accept-Language`."""
    languages = languages_of(current_app)
    tags = [wanted] if wanted else []
    tags += [tag for tag, quality in request.accept_languages if quality > 0]
    found = (languages.find(tag) for tag in tags)
    chosen = g.language = next((language for language in found if language), languages.english)
    return chosen
