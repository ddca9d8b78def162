"""How often somebody may try: counted in Redis, in this process's memory while Redis is away."""

import time
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter, RateLimitExceeded

from servicekit.errors import Problem, TooMany, problem_response
from servicekit.identity import client_address
from users_service.callers import caller_or_nobody
from users_service.names import comparison_key
from users_service.parts import parts

limiter = Limiter(
    client_address,
    in_memory_fallback_enabled=True,
    # Counting must not break an answer; while Redis is away the fallback counts.
    swallow_errors=True,
    strategy="moving-window",
    key_prefix="parley:rate",
    storage_options={"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
)


def install_throttle(app: Flask, redis_url: str) -> None:
    """Count for `app` in that Redis; a breach is answered with 429 and Retry-After."""
    app.config["RATELIMIT_STORAGE_URI"] = redis_url
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, _too_many)


def limit_logins(view: Callable[..., Any]) -> Callable[..., Any]:
    """Failed logins by address and by account; good ones cost nothing, so that an office can share an address."""
    by_address = limiter.limit(
        lambda: parts().settings.rate_logins, scope="logins", deduct_when=_was_refused
    )
    by_account = limiter.limit(
        lambda: parts().settings.rate_account_logins,
        scope="account",
        key_func=_login,
        deduct_when=_was_refused,
    )
    return by_address(by_account(view))


def limit_current_passwords(view: Callable[..., Any]) -> Callable[..., Any]:
    """Wrong current passwords by account: a stolen session must not find out the password."""
    return limiter.limit(
        lambda: parts().settings.rate_account_logins,
        scope="current-password",
        key_func=_account,
        deduct_when=lambda response: response.status_code == 403,
    )(view)


def limit_signups(view: Callable[..., Any]) -> Callable[..., Any]:
    """New accounts, and tries at names and invites, by address; admins make as many as they like."""
    return limiter.limit(
        lambda: parts().settings.rate_signups,
        scope="signups",
        exempt_when=_is_admin,
        deduct_when=lambda response: response.status_code in (201, 403, 409),
    )(view)


def _was_refused(response: Response) -> bool:
    return response.status_code == 401


def _login() -> str:
    body = request.get_json(silent=True)
    return comparison_key(str(body["login"])) if isinstance(body, dict) and "login" in body else ""


def _account() -> str:
    """The account whose password is asked for. Checks of its own follow in the view."""
    user_id = (request.view_args or {}).get("id")
    return str(user_id or _caller_id() or "")


def _caller_id() -> int | None:
    try:
        return caller_or_nobody().user_id
    except Problem:
        return None


def _is_admin() -> bool:
    try:
        return caller_or_nobody().is_admin
    except Problem:
        return False


def _too_many(error: RateLimitExceeded) -> Response:
    breached = limiter.current_limit
    seconds = int(breached.reset_at - time.time()) + 1 if breached else 60
    return problem_response(TooMany("Too many tries; wait a while.", seconds))
