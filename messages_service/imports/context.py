"""The objects that imports use, besides the service's context."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from servicekit.http import ServiceClient

EXTENSION = "messages_service.imports"


@dataclass(frozen=True)
class Imports:
    users: ServiceClient
    max_bytes: int


def install_imports(app: Flask, imports: Imports) -> None:
    app.extensions[EXTENSION] = imports


def current_imports() -> Imports:
    """The imports of the app that handles this request."""
    return cast(Imports, current_app.extensions[EXTENSION])
