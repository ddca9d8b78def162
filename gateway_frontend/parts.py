"""What one gateway is made of, for the request that is being handled."""

from dataclasses import dataclass
from typing import Any, cast

from flask import current_app, g

from gateway_frontend.assets import Assets
from gateway_frontend.clients import MessagesClient, UsersClient
from gateway_frontend.cookies import session_cookie
from gateway_frontend.logins import Login, Logins
from gateway_frontend.settings import GatewaySettings
from servicekit.http import ServiceClient
from servicekit.web.errors import Unauthorized

EXTENSION = "parley_gateway"


@dataclass(frozen=True)
class Parts:
    settings: GatewaySettings
    users: UsersClient
    messages: MessagesClient
    realtime: ServiceClient
    logins: Logins
    assets: Assets


def current_parts() -> Parts:
    """The parts of the app that handles this request."""
    return cast(Parts, current_app.extensions[EXTENSION])


def current_login() -> Login:
    """Whose browser this is; raises Unauthorized when it is nobody's."""
    if "login" not in g:
        cookie = session_cookie()
        if cookie is None:
            raise Unauthorized("Log in first.")
        g.login = current_parts().logins.find(cookie)
        g.user_id = g.login.user["id"]  # for the log
    return cast(Login, g.login)


def optional_login() -> Login | None:
    """The same for pages that everybody may see; nobody is asked for an unknown cookie."""
    return cast(Login | None, g.get("login"))


def me() -> dict[str, Any]:
    """The profile of whose browser this is."""
    return current_login().user
