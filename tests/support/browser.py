"""Chromium for the journeys, started through Playwright from the system's package."""

import os
import shutil
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The shell first: the same engine without windows needs a quarter of the CPU time."""
# Arguments that keep it from calling home, and let it run as root inside a container.
CHROMIUM_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
)


def find_chromium() -> str:
    """The path of the browser; `make test` has installed one when it may."""
    for name in CHROMIUM_NAMES:
        if path := shutil.which(name):
            return path
    raise RuntimeError("Chromium is missing: apt-get install chromium")


def chromium_options() -> dict[str, Any]:
    """For `playwright.chromium.launch(**chromium_options())`."""
    flags = list(CHROMIUM_FLAGS)
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    return {"executable_path": find_chromium(), "args": flags, "headless": True}


class Profiles:
    """Browser profiles that are used one after the other, emptied in between.

    Cookies, stored data, routes and the page's content go; the cached files, the page and its
    process stay: loading and compiling the scripts afresh takes more CPU time than all else in most
    tests.
    """

    def __init__(self, browser: "Browser", url: str) -> None:
        """`url` is the origin whose stored data is removed."""
        self.browser, self.url = browser, url
        self._free: dict[str, list[BrowserContext]] = defaultdict(list)
        self._options: dict[BrowserContext, str] = {}

    def take(self, **options: Any) -> "BrowserContext":
        """A profile without cookies and data, with one empty page; options of `new_context`.

        Service workers cost time on every first page: the tests of the worker allow it.
        """
        options.setdefault("service_workers", "block")
        key = repr(sorted(options.items()))
        if self._free[key]:
            context = self._free[key].pop()
        else:
            context = self.browser.new_context(base_url=self.url, **options)
            self._options[context] = key
        page = context.pages[0] if context.pages else context.new_page()
        session = context.new_cdp_session(page)
        session.send("Storage.clearDataForOrigin", {"origin": self.url, "storageTypes": "all"})
        session.detach()
        return context

    def give_back(self, context: "BrowserContext", page: "Page | None" = None) -> None:
        """Keep it for the next test, and `page` in it, emptied; all others are closed."""
        context.set_offline(False)
        for other in context.pages:
            if other is not page:
                other.close()
        if page is not None and not page.is_closed():
            self._empty(page)
        context.clear_cookies()
        context.clear_permissions()
        self._free[self._options[context]].append(context)

    def _empty(self, page: "Page") -> None:
        """A small page of the same origin keeps the process, which "about:blank" would end."""
        page.unroute_all(behavior="ignoreErrors")
        page.evaluate("self.origin === 'null' || sessionStorage.clear()")  # null: an empty page
        page.goto(f"{self.url}/healthz")
        page.emulate_media(color_scheme="null")
