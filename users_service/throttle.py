"""How often somebody may try: counted in Redis, in this process's memory while Redis is away."""

import time
from functools import partial
from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter, RateLimitExceeded

from servicekit.errors import Problem, TooMany, problem_response
from servicekit.identity import client_address
from users_service.callers import caller_or_nobody
from users_service.names import comparison_key
from users_service.secret_tokens import secret_hash
from users_service.settings import UsersSettings


def install_throttle(app: Flask, settings: UsersSettings) -> None:
    """Count the tries at `app`'s registered routes; one too many is answered with 429."""
    limiter = Limiter(
        client_address,
        storage_uri=settings.redis_url,
        storage_options={"socket_connect_timeout": 1, "socket_timeout": 1},
        in_memory_fallback_enabled=True,
        # Counting must not break an answer; while Redis is away the fallback counts.
        swallow_errors=True,
        strategy="moving-window",
        key_prefix="parley:rate",
    )
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, partial(_too_many, limiter))
    for endpoint, limits in _limits(settings).items():
        view: Any = app.view_functions[endpoint]
        for limit in limits:
            view = limiter.limit(**limit)(view)
        app.view_functions[endpoint] = view


def _limits(settings: UsersSettings) -> dict[str, list[dict[str, Any]]]:
    """The limits of each endpoint. What went well costs nothing: an office shares one address."""
    by_address = {
        "limit_value": settings.rate_logins,
        "scope": "logins",
        "deduct_when": lambda response: response.status_code == 401,
    }
    by_account = by_address | {
        "limit_value": settings.rate_account_logins,
        "scope": "account",
        "key_func": _login,
    }
    # A stolen session must not find out the password.
    current_password = by_account | {
        "scope": "current-password",
        "key_func": _account,
        "deduct_when": lambda response: response.status_code == 403,
    }
    signups = {
        "limit_value": settings.rate_signups,
        "scope": "signups",
        "exempt_when": lambda: settings.tutorial or _is_admin(),
        "deduct_when": lambda response: response.status_code in (201, 403, 409),
    }
    return {
        "sessions.log_in": [by_account, by_address],
        "users.change_user": [current_password],
        "users.change_my_password": [current_password],
        "users.create_user": [signups],
    }


def _login() -> str:
    body = request.get_json(silent=True)
    login = str(body.get("login")) if isinstance(body, dict) else ""
    return secret_hash(comparison_key(login))  # short, and nobody's address is kept in Redis


def _account() -> str:
    caller = _caller_id()
    return str((request.view_args or {}).get("id") or caller or client_address())


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


def _too_many(limiter: Limiter, error: RateLimitExceeded) -> Response:
    breached = limiter.current_limit
    seconds = int(breached.reset_at - time.time()) + 1 if breached else 60
    return problem_response(TooMany("Too many tries; wait a while.", seconds))
