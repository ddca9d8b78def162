"""The report of axe about a page."""

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.journeys.windows import Window

Scheme = Literal["light", "dark"]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def check_access(window: Window, path: str = "") -> None:
    """Everything in light; in dark what differs there, the contrast. Without a path as it is."""
    if path:
        window.page.goto(path)
    # While a page is being left, axe would look at an empty one.
    expect(window.page.locator("h1").first).to_be_attached()
    everything = {"type": "tag", "values": TAGS}
    contrast = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
    schemes: dict[Scheme, object] = {"light": everything, "dark": contrast}
    for scheme, rules in schemes.items():
        window.page.emulate_media(color_scheme=scheme)
        options = {"runOnly": rules, "resultTypes": ["violations"]}
        results = _axe(window).run(window.page, options=options)
        assert results.violations_count == 0, f"{path} {scheme}\n{results.generate_report()}"


def _axe(window: Window) -> Axe:
    """Without its script, which is large, where the page has it already."""
    return Axe("0") if window.page.evaluate("'axe' in window") else Axe()
