"""The objects that actions and queries of a running users_service use."""

from dataclasses import dataclass
from typing import cast

from flask import current_app
from flask_sqlalchemy import SQLAlchemy

from servicekit.http import ServiceClient
from servicekit.mail import Mailer
from servicekit.sealing import Sealer
from users_service.keys import KeyRing
from users_service.openid import OpenIdProvider
from users_service.passwords import Passwords
from users_service.publish import Publisher
from users_service.settings import UsersSettings
from users_service.throttle import Throttle

EXTENSION = "users_service"


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of one app."""

    db: SQLAlchemy
    publisher: Publisher
    settings: UsersSettings
    passwords: Passwords
    keys: KeyRing
    throttle: Throttle
    messages: ServiceClient
    mailer: Mailer
    sealer: Sealer
    openid: OpenIdProvider

    @property
    def is_tutorial(self) -> bool:
        return self.settings.tutorial


def current_context() -> Context:
    """The context of the app that handles this request or command."""
    return cast(Context, current_app.extensions[EXTENSION])
