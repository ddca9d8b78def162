"""The dependencies of the gateway, for the current request."""

from dataclasses import dataclass
from typing import cast

from flask import current_app, g

from gateway_frontend.assets import Assets
from gateway_frontend.clients.administration import AdminClient
from gateway_frontend.clients.integrations import IntegrationsClient
from gateway_frontend.clients.messages import MessagesClient
from gateway_frontend.clients.sign_in import SignInClient
from gateway_frontend.clients.users import UsersClient
from gateway_frontend.cookies import session_cookie
from gateway_frontend.limits import Limits
from gateway_frontend.logins import Login, Logins
from gateway_frontend.remembered import Remembered
from gateway_frontend.settings import GatewaySettings
from gateway_frontend.shapes.administration import Place
from gateway_frontend.shapes.people import User
from servicekit.http import ServiceClient
from servicekit.language import _, choose_language
from servicekit.web.errors import Unauthorized

EXTENSION = "parley_gateway"


@dataclass(frozen=True)
class Parts:
    settings: GatewaySettings
    users: UsersClient
    sign_in: SignInClient
    admin: AdminClient
    integrations: IntegrationsClient
    messages: MessagesClient
    realtime: ServiceClient
    logins: Logins
    assets: Assets
    limits: Limits
    place: Remembered[Place]


def current_parts() -> Parts:
    """The parts of the current app."""
    return cast(Parts, current_app.extensions[EXTENSION])


def current_login() -> Login:
    """The login of this browser; raises Unauthorized without one."""
    if "login" not in g:
        cookie = session_cookie()
        if cookie is None:
            raise Unauthorized(_("Log in first."))
        g.login = current_parts().logins.find(cookie)
        g.user_id = g.login.user["id"]  # for the log
        choose_language(g.login.user.get("language"))
    return cast(Login, g.login)


def current_token() -> str:
    """The access token of this browser's login; raises Unauthorized without one."""
    return current_login().access_token


def optional_login() -> Login | None:
    """The login for public pages, or None without a valid cookie."""
    return cast(Login | None, g.get("login"))


def me() -> User:
    """The profile of the logged-in person."""
    return current_login().user
