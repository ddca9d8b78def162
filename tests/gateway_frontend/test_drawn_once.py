"""Parts of pages that are drawn once for everybody hold nothing of one reader."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import Environment, meta, nodes

from gateway_frontend.app import create_app
from gateway_frontend.settings import GatewaySettings

SECRET = "tests-only-" + "s" * 32
NOWHERE = "http://127.0.0.1:1"
DRAWN_ONCE = (
    "app/fixed_parts.html",
    "app/place.html",
    "app/scripts.html",
    "app/status_suggestions.html",
    "parts/text_tools.html",
)


def make_app(**given: Any) -> Flask:
    values = {"users_url": NOWHERE, "messages_url": NOWHERE, "log_level": "ERROR", **given}
    return create_app(GatewaySettings(secret_key=SECRET, service_secret=SECRET, **values))


@pytest.fixture(scope="module")
def templates() -> Environment:
    return make_app().jinja_env


@pytest.mark.parametrize("name", DRAWN_ONCE)
def test_they_use_no_variable_of_a_page(templates: Environment, name: str) -> None:
    known, wanted = {*templates.globals, "place_name", "place_icon"}, [name]
    for each in wanted:  # it grows while it is read
        parsed = templates.parse(_source(templates, each))
        known |= {str(macro) for node in parsed.find_all(nodes.FromImport) for macro in node.names}
        assert meta.find_undeclared_variables(parsed) <= known, each
        wanted += [node.template.value for node in parsed.find_all(nodes.Include)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", DRAWN_ONCE)
def test_they_are_drawn_without_a_request(templates: Environment, name: str) -> None:
    """So they hold neither a token of a form nor anything else of a request."""
    draw: Any = templates.globals["drawn_once"]
    drawn = draw(name)
    assert "<" in drawn
    assert draw(name) is drawn


def test_they_are_drawn_for_each_language(tmp_path: Path) -> None:
    catalog = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (tmp_path / "eo.po").write_text(catalog + 'msgid "Cancel"\nmsgstr "Nuligi"\n')
    app = make_app(languages_dir=str(tmp_path))
    draw: Any = app.jinja_env.globals["drawn_once"]
    for language, word in (("eo", "Nuligi"), ("en", "Cancel"), ("eo", "Nuligi")):
        with app.test_request_context(headers={"Accept-Language": language}):
            assert f">{word}</button>" in draw("app/fixed_parts.html")


def _source(templates: Environment, name: str) -> str:
    assert templates.loader is not None
    return templates.loader.get_source(templates, name)[0]
