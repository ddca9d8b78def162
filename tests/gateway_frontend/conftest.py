"""The browser's modules on a bare page, their logic tested alone; and visitors without scripts."""

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.gateway_frontend.visitors import Visitor
from tests.support.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

STATIC = Path(__file__).parents[2] / "gateway_frontend" / "static"
BLANK = "<!doctype html><title>modules</title>"


class Modules:
    """`modules.run("async ({x}) => …", x=1)` on a page where `import("/js/live/log.js")` works."""

    def __init__(self, page: "Page") -> None:
        self._page = page

    def run(self, script: str, **given: Any) -> Any:
        return self._page.evaluate(script, given)


@pytest.fixture(scope="session")
def modules(browser: "Browser") -> Iterator[Modules]:
    context = browser.new_context(base_url="http://127.0.0.1:1")
    page = context.new_page()
    page.route("**/*", _serve)
    page.goto("/blank")
    yield Modules(page)
    context.close()


def _serve(route: "Route") -> None:
    path = urlsplit(route.request.url).path
    if path == "/blank":
        route.fulfill(body=BLANK, content_type="text/html")
        return
    kind = mimetypes.guess_type(path)[0]
    route.fulfill(body=(STATIC / path.lstrip("/")).read_bytes(), content_type=kind)


@pytest.fixture
def visitor(stack: Stack) -> Visitor:
    """Somebody with a browser that runs no scripts."""
    return Visitor(stack.url)
