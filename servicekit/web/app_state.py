"""The state that `create_service` attaches to an app."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from flask import Flask, current_app

from servicekit.settings import Settings


@dataclass
class AppState:
    """State of one app."""

    service: str
    settings: Settings
    file_paths: list[str] = field(default_factory=list)
    ready_checks: dict[str, Callable[[], None]] = field(default_factory=dict)
    background: list[tuple[Callable[[], None], Callable[[], None] | None]] = field(
        default_factory=list
    )


def state_of(app: Flask) -> AppState:
    """The state of `app`."""
    return cast(AppState, app.extensions["parley"])


def current_state() -> AppState:
    """The state of the app that handles the current request."""
    return state_of(current_app)


def add_ready_check(app: Flask, name: str, check: Callable[[], None]) -> None:
    """Report `name` as not ready at `/readyz` while `check` raises."""
    state_of(app).ready_checks[name] = check
