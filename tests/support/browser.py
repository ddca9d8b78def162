"""Chromium for the journeys, started through Playwright from the system's package."""

import os
import shutil
from typing import Any

CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The shell first: the same engine without windows needs a quarter of the CPU time."""
# What keeps it from calling home, and lets it run as root inside a container.
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
