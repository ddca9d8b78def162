"""Headers of every response and CSRF tokens of every form, against other sites."""

import ipaddress
from functools import cache
from urllib.parse import urlsplit

from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect, generate_csrf, validate_csrf
from werkzeug.sansio.utils import host_is_trusted
from wtforms.validators import ValidationError

from gateway_frontend.cookies import session_cookie
from gateway_frontend.errors import csrf_failed
from gateway_frontend.parts import current_login
from gateway_frontend.settings import GatewaySettings
from servicekit.language import _
from servicekit.loopback import is_loopback
from servicekit.web.app import DEFAULT_BODY_BYTES
from servicekit.web.default_headers import add_missing
from servicekit.web.errors import BadRequest
from servicekit.web.methods import WRITING_METHODS

WITHOUT_TOKEN = frozenset({"unsubscribing.unsubscribe"})
"""Mail programs send these; a secret in the address takes the place of the token."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
HSTS = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}
# The API takes a browser's CSRF token from the header alone: its bodies are not read here.
PASSED_ON = frozenset({"api", "socket_io"})


class _FormSessions(SecureCookieSessionInterface):
    """The cookie that protects forms; without one, Flask would make a signer for nothing."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


def install_security(app: Flask, settings: GatewaySettings) -> None:
    """Check forms and hosts, and add headers."""
    https = settings.is_https
    app.config.update(
        SECRET_KEY=settings.accepted_keys[-1],
        SECRET_KEY_FALLBACKS=settings.accepted_keys[:-1],
        WTF_CSRF_SECRET_KEY=settings.accepted_keys,
        SESSION_COOKIE_NAME="__Host-parley-form" if https else "parley-form",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the cookie: a chat stays open for days
    )
    app.session_interface = _FormSessions()
    csrf = CSRFProtect(app)
    fixed_headers = HEADERS | HSTS if https else HEADERS

    @app.before_request
    def check_request() -> None:
        if not _is_known_host(settings):
            raise BadRequest(_("This server does not go by that name."), "unknown-host")
        if request.blueprint in PASSED_ON:
            _check_api_csrf()
        elif request.routing_exception is None:  # otherwise it is a 404 or 405
            if _has_large_body():
                current_login()  # only read the files of known people
            if request.endpoint not in WITHOUT_TOKEN:
                csrf.protect()

    @app.after_request
    def add_headers(response: Response) -> Response:
        is_page = response.mimetype == "text/html"
        policy = {"Content-Security-Policy": _policy(settings)} if is_page else {}
        add_missing(response.headers, fixed_headers | policy)
        return response


def csrf_token() -> str:
    """The token of this page's forms; Flask-WTF looks up its settings each time it is asked."""
    known: str | None = g.get("csrf_token")
    return known or generate_csrf()


def realtime_url(settings: GatewaySettings) -> str:
    """The address of realtime_service for this browser."""
    if settings.realtime_public_url:
        return settings.realtime_public_url
    port = _port_of(settings.realtime_url)
    host = request.host.rpartition(":")[0] if _has_port(request.host) else request.host
    return f"{request.scheme}://{host}:{port}"


@cache
def _port_of(url: str) -> int | None:
    return urlsplit(url).port


def _has_large_body() -> bool:
    length = request.content_length
    is_chunked = length is None and "Transfer-Encoding" in request.headers
    return is_chunked or (length is not None and length > DEFAULT_BODY_BYTES)


def _check_api_csrf() -> None:
    """Other sites can make a browser send its cookie, but not our token in a header."""
    if (
        request.method not in WRITING_METHODS
        or "Authorization" in request.headers
        or session_cookie() is None
    ):
        return
    try:
        validate_csrf(request.headers.get("X-CSRF-Token"))
    except ValidationError as error:
        raise csrf_failed() from error
    g.csrf_valid = True


def _is_known_host(settings: GatewaySettings) -> bool:
    # From the environment: request.host raises errors of its own.
    host = request.environ.get("HTTP_HOST", "")
    if host_is_trusted(host, settings.host_names):
        return True
    # Rebinding needs a name; a gateway beyond loopback is also reached by its addresses.
    return not is_loopback(settings.host) and _is_address(host)


def _is_address(host: str) -> bool:
    bare = host.rpartition(":")[0] if _has_port(host) else host
    try:
        ipaddress.ip_address(bare.strip("[]"))
    except ValueError:
        return False
    return True


def _has_port(host: str) -> bool:
    return ":" in host.rpartition("]")[2]


def _policy(settings: GatewaySettings) -> str:
    live = realtime_url(settings)
    socket = live.replace("http", "ws", 1)
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "media-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
        f"connect-src 'self' {live} {socket}; "
        "form-action 'self'; base-uri 'none'; "
        "object-src 'none'; frame-ancestors 'none'"
    )
