"""The language of a request: the wanted one, else that of the browser, else English."""

from pathlib import Path

import pytest
from flask import Flask

from servicekit.language import (
    _,
    choose_language,
    current_language,
    install_languages,
    ngettext,
    pgettext,
)

SPANISH = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "Hello %(name)s"
msgstr "Hola, %(name)s"

msgid "%(num)s file"
msgid_plural "%(num)s files"
msgstr[0] "%(num)s archivo"
msgstr[1] "%(num)s archivos"

msgctxt "verb"
msgid "Message"
msgstr "Escribir"

#, fuzzy
msgid "Save"
msgstr "¿Guardar?"
"""


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """An app that also knows Austrian Spanish and a language that is written from the right."""
    app = Flask(__name__)
    (tmp_path / "es-AT.po").write_text(SPANISH)
    (tmp_path / "ar-XB.po").write_text(SPANISH)
    install_languages(app, str(tmp_path))
    return app


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [
        ("", "en"),
        ("x-klingon, *;q=0.5", "en"),
        ("ES-at", "es-AT"),
        ("es-AT-vienna, en;q=0.9", "es-AT"),
        ("en-GB, es-AT;q=0.9", "en"),
        ("es-AT;q=0, en", "en"),
        ("garbage;;;q=x,,", "en"),
    ],
)
def test_the_language_is_the_best_that_the_browser_accepts(
    app: Flask, accepted: str, tag: str
) -> None:
    with app.test_request_context(headers={"Accept-Language": accepted}):
        assert current_language().tag == tag


def test_the_language_that_a_person_chose_comes_before_that_of_the_browser(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        choose_language("es-AT")
        assert current_language().tag == "es-AT"


def test_an_unknown_language_of_a_person_leaves_that_of_the_browser(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "es-AT"}):
        choose_language("xx")
        assert current_language().tag == "es-AT"


def test_texts_are_translated_with_their_values_and_numbers(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "es-AT"}):
        assert _("Hello %(name)s", name="Ann") == "Hola, Ann"
        assert ngettext("%(num)s file", "%(num)s files", 1) == "1 archivo"
        assert ngettext("%(num)s file", "%(num)s files", 2) == "2 archivos"
        assert pgettext("verb", "Message") == "Escribir"


def test_a_text_without_a_certain_translation_stays_english(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "es-AT"}):
        assert [_("Save"), _("Unknown")] == ["Save", "Unknown"]
        assert ngettext("%(num)s mile", "%(num)s miles", 2) == "2 miles"


def test_texts_outside_of_requests_are_english() -> None:
    assert _("Hello %(name)s", name="Ann") == "Hello Ann"
    assert current_language().direction == "ltr"


def test_a_right_to_left_language_has_its_direction(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "ar-XB"}):
        assert current_language().direction == "rtl"
