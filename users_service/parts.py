"""The dependencies of the actions: settings, password hasher, keys, rate limits."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from servicekit.http import ServiceClient
from users_service.keys import KeyRing
from users_service.passwords import Passwords
from users_service.settings import UsersSettings
from users_service.throttle import Throttle

_EXTENSION = "parley-users"


@dataclass(frozen=True, slots=True)
class Parts:
    """The dependencies of one app."""

    settings: UsersSettings
    passwords: Passwords
    keys: KeyRing
    throttle: Throttle
    messages: ServiceClient


def install_parts(app: Flask, settings: UsersSettings) -> None:
    """Create the parts from `settings`."""
    passwords = Passwords(
        time_cost=settings.password_time_cost,
        memory_kib=settings.password_memory_kib,
        at_once=settings.password_hashers,
    )
    app.extensions[_EXTENSION] = Parts(
        settings,
        passwords,
        KeyRing(settings.service_secret, settings.service_secret_fallback),
        Throttle(settings.redis_url),
        ServiceClient(settings.messages_url, service_secret=settings.service_secret),
    )


def parts() -> Parts:
    """The parts of the app that handles the current request or command."""
    return cast(Parts, current_app.extensions[_EXTENSION])
