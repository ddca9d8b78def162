"""Is the service alive, is it ready, which version is it?"""

import functools
import logging
import tomllib
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from flask import Flask, Response, jsonify

from servicekit.web.app_state import current_state
from servicekit.web.service_calls import is_internal_call

ReadyCheck = Callable[[], None]
log = logging.getLogger(__name__)


def install_health(app: Flask, service: str) -> None:
    """`/healthz` alive, `/readyz` ready with what it depends on, `/api/version`."""

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        parts = {
            name: _state_of(name, check) for name, check in current_state().ready_checks.items()
        }
        is_ready = all(state == "ready" for state in parts.values())
        body: dict[str, object] = {"status": "ready" if is_ready else "not ready"}
        if is_internal_call():
            body["parts"] = parts
        return jsonify(body), 200 if is_ready else 503

    @app.get("/api/version")
    def api_version() -> dict[str, str]:
        return {"version": parley_version(), "service": service}


@functools.cache
def parley_version() -> str:
    """The version of the project, from pyproject.toml."""
    pyproject = Path(__file__).resolve().parents[2] / "pyproject.toml"
    if pyproject.exists():
        return str(tomllib.loads(pyproject.read_text())["project"]["version"])
    try:
        return version("parley")
    except PackageNotFoundError:
        return "unknown"


def _state_of(name: str, check: ReadyCheck) -> str:
    try:
        check()
    except Exception:  # any error of a dependency means not ready
        log.warning("not ready: %s", name, exc_info=log.isEnabledFor(logging.DEBUG))
        return "not ready"
    return "ready"
