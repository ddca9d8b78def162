"""Parts of pages that are drawn once for everybody hold nothing of one reader."""

from typing import Any

import pytest
from jinja2 import Environment, meta, nodes

from gateway_frontend.app import create_app
from gateway_frontend.settings import GatewaySettings

SECRET = "tests-only-" + "s" * 32
NOWHERE = "http://127.0.0.1:1"
DRAWN_ONCE = (
    "app/fixed_parts.html",
    "app/head_links.html",
    "app/place.html",
    "app/status_suggestions.html",
    "parts/text_tools.html",
)


@pytest.fixture(scope="module")
def templates() -> Environment:
    urls = dict.fromkeys(("users_url", "messages_url", "realtime_url"), NOWHERE)
    settings = GatewaySettings(secret_key=SECRET, service_secret=SECRET, log_level="ERROR", **urls)  # type: ignore[arg-type]
    return create_app(settings).jinja_env


@pytest.mark.parametrize("name", DRAWN_ONCE)
def test_they_use_no_variable_of_a_page(templates: Environment, name: str) -> None:
    known, wanted = set(templates.globals), [name]
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


def _source(templates: Environment, name: str) -> str:
    assert templates.loader is not None
    return templates.loader.get_source(templates, name)[0]
