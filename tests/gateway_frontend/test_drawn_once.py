"""Parts of pages that are drawn once and reused depend only on their own values."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_wtf.csrf import generate_csrf
from jinja2 import Environment, meta, nodes
from markupsafe import Markup

from gateway_frontend.app import create_app
from gateway_frontend.settings import GatewaySettings

SECRET = "tests-only-" + "s" * 32
NOWHERE = "http://127.0.0.1:1"
FIXED = ("app/fixed_parts.html", "app/place.html", "app/scripts.html", "parts/text_tools.html")
OF_A_REQUEST = {"request", "session", "g", "me"}
FOOT: dict[str, Any] = {
    "open": {"id": 1, "kind": "room", "name": "kitchen"},
    "me": {"id": 1, "blocked_ids": []},
    "recipient_id": None,
    "typed": "",
    "read_up_to": None,
    "wrong": "",
}


def make_app(**given: Any) -> Flask:
    values = {"users_url": NOWHERE, "messages_url": NOWHERE, "log_level": "ERROR", **given}
    return create_app(GatewaySettings(secret_key=SECRET, service_secret=SECRET, **values))


@pytest.fixture(scope="module")
def templates() -> Environment:
    return make_app().jinja_env


def test_parts_that_are_drawn_once_use_no_value_of_a_request(
    templates: Environment,
) -> None:
    calls = list(_calls(templates))
    assert {"app/sidebar.html", "app/fixed_parts.html"} <= {name for name, _given in calls}
    for name, given in calls:
        known = set(templates.globals) - OF_A_REQUEST | {"place_name", "place_icon"} | given
        for source in _with_included(templates, name):
            parsed = templates.parse(source)
            known |= _own_names(parsed)  # an included template sees them, too
            assert meta.find_undeclared_variables(parsed) <= known, name


@pytest.mark.parametrize("name", FIXED)
def test_a_part_is_drawn_once_for_the_same_values(templates: Environment, name: str) -> None:
    draw: Any = templates.globals["drawn_once"]
    assert draw(name) is draw(name)


def test_values_of_another_type_are_refused(templates: Environment) -> None:
    draw: Any = templates.globals["drawn_once"]
    with pytest.raises(TypeError):
        draw("app/place.html", name=Markup("<b>"))  # would look like the text "<b>"


def test_each_page_gets_its_own_tokens() -> None:
    app = make_app()
    draw: Any = app.jinja_env.globals["drawn_once"]
    for _reader in range(2):
        with app.test_request_context():
            form = draw("app/conversation_foot.html", **FOOT)
            assert f'name="csrf_token" value="{generate_csrf()}"' in form
            assert str(form) != str(draw("app/conversation_foot.html", **FOOT)), "same client_id"


def test_words_for_times_are_those_of_the_readers_day(templates: Environment) -> None:
    app = make_app()
    draw: Any = app.jinja_env.globals["drawn_once"]
    status = {"emoji": None, "text": "Away", "until": datetime.now(UTC).isoformat()}
    shown = []
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # 25 hours apart
        with app.test_request_context(headers={"Cookie": f"parley-zone={zone}"}):
            me = {"status": status, "dnd_until": None}
            shown.append(re.findall(r"until \d\d:\d\d", draw("app/people_parts.html", me=me)))
    assert shown[0][0] != shown[1][0]


def test_parts_are_drawn_for_each_language(tmp_path: Path) -> None:
    catalog = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (tmp_path / "eo.po").write_text(catalog + 'msgid "Cancel"\nmsgstr "Nuligi"\n')
    app = make_app(languages_dir=str(tmp_path))
    draw: Any = app.jinja_env.globals["drawn_once"]
    for language, word in (("eo", "Nuligi"), ("en", "Cancel"), ("eo", "Nuligi")):
        with app.test_request_context(headers={"Accept-Language": language}):
            assert f">{word}</button>" in draw("app/fixed_parts.html")


def _calls(templates: Environment) -> Iterator[tuple[str, set[str]]]:
    """Of all templates, with the names of the values."""
    for template in templates.list_templates(["html"]):
        for call in templates.parse(_source(templates, template)).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "drawn_once":
                name = call.args[0].as_const()
                yield name, {each.key for each in call.kwargs}


def _own_names(parsed: nodes.Template) -> set[str]:
    """The names that a template imports and sets."""
    imported = {str(each) for node in parsed.find_all(nodes.FromImport) for each in node.names}
    return imported | {node.name for node in parsed.find_all(nodes.Name) if node.ctx == "store"}


def _with_included(templates: Environment, name: str) -> Iterator[str]:
    """The sources of a template, and of all that it includes or imports."""
    wanted = [name]
    for each in wanted:  # it grows while it is read
        source = _source(templates, each)
        yield source
        parsed = templates.parse(source)
        found = parsed.find_all((nodes.Include, nodes.FromImport))
        others = [node.template.as_const() for node in found]  # type: ignore[attr-defined]
        wanted += [other for other in others if other not in wanted]


def _source(templates: Environment, name: str) -> str:
    assert templates.loader is not None
    return templates.loader.get_source(templates, name)[0]
