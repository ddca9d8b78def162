"""What `create_service` leaves on the app for the other modules of this package."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app

from servicekit.settings import Settings

if TYPE_CHECKING:
    from servicekit.identity import Verifier


@dataclass
class Kit:
    """The parts that belong to one app."""

    service: str
    settings: Settings
    verifier: "Verifier | None" = None
    file_paths: list[str] = field(default_factory=list)
    ready_checks: dict[str, Callable[[], None]] = field(default_factory=dict)
    background: list[tuple[Callable[[], None], Callable[[], None] | None]] = field(
        default_factory=list
    )


def kit_of(app: Flask) -> Kit:
    """The kit of `app`."""
    return cast(Kit, app.extensions["parley"])


def current_kit() -> Kit:
    """The kit of the app that handles the present request."""
    return kit_of(current_app)


def add_ready_check(app: Flask, name: str, check: Callable[[], None]) -> None:
    """`/readyz` says `name` is not ready while `check` raises."""
    kit_of(app).ready_checks[name] = check
