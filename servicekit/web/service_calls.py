"""Whether a request comes from a service of Parley, and the address of the person behind it."""

import hmac

from flask import request

from servicekit.language import _
from servicekit.loopback import is_loopback
from servicekit.web.app_state import current_state
from servicekit.web.errors import Forbidden

SERVICE_SECRET_HEADER = "X-Service-Secret"
PROXY_HEADERS = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")


def is_service_call() -> bool:
    """Whether one of our services sent this request."""
    given = request.headers.get(SERVICE_SECRET_HEADER, "").encode()
    settings = current_state().settings
    accepted = (settings.service_secret, settings.service_secret_fallback)
    return any(
        hmac.compare_digest(given, secret.get_secret_value().encode())
        for secret in accepted
        if secret is not None
    )


def is_internal_call() -> bool:
    """Whether a service sent this request, or a local client without a proxy in between."""
    is_direct = not any(name in request.headers for name in PROXY_HEADERS)
    return is_service_call() or (is_direct and is_loopback(request.remote_addr or ""))


def require_service() -> None:
    """Raises Forbidden unless one of our services sent this request."""
    if not is_service_call():
        raise Forbidden(_("Only Parley's own services may call this."), "not-a-service")


def client_address() -> str:
    """The person's address: from the gateway if it sent the request, else the peer's."""
    if is_service_call():
        forwarded = request.headers.get("X-Forwarded-For", "")
        if forwarded:
            return forwarded.rpartition(",")[2].strip()
    return request.remote_addr or "unknown"
