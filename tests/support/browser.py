"""Chromium for the journeys, started through Playwright from the system's package."""

import os
import shutil
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

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

    Cookies and stored data go, the cached files stay: in a new profile each page loads and compiles
    its scripts first, which takes more CPU time than all else in most tests.
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
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Storage.clearDataForOrigin", {"origin": self.url, "storageTypes": "all"})
        session.detach()
        return context

    def give_back(self, context: "BrowserContext") -> None:
        """Close its pages and keep it for the next test."""
        for page in context.pages:
            page.close()
        context.clear_cookies()
        context.clear_permissions()
        context.set_offline(False)
        self._free[self._options[context]].append(context)
