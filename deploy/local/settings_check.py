"""Reads every service's settings once before any starts, so that a wrong one is reported once."""

import importlib
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from deploy.local.programs import Program
from servicekit.settings import load_settings

CLASSES = {
    "gateway_frontend": "GatewaySettings",
    "users_service": "UsersSettings",
    "messages_service": "MessagesSettings",
    "realtime_service": "RealtimeSettings",
}


def check_settings(services: Iterable[Program]) -> None:
    """Ends the runner, after a line per wrong setting, when one is wrong."""
    for service in services:
        settings = getattr(
            importlib.import_module(f"{service.name}.settings"), CLASSES[service.name]
        )
        with _environment(service.environ):
            load_settings(settings)


@contextmanager
def _environment(environ: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
