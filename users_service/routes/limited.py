"""Rate limits of routes; too many requests are answered with 429."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import request

from servicekit.web.errors import Problem
from servicekit.web.service_calls import is_service_call
from users_service.caller import caller_or_nobody, current_caller
from users_service.context import current_context
from users_service.names import comparison_key
from users_service.secret_tokens import secret_hash
from users_service.throttle import client_network

View = TypeVar("View", bound=Callable[..., Any])


def limit_changes(view: View) -> View:
    """At most RATE_CHANGES by a person, and RATE_ADDRESS_CHANGES from an address."""

    @wraps(view)
    def limited(*args: Any, **kwargs: Any) -> Any:
        throttle, settings = current_context().throttle, current_context().settings
        if not settings.tutorial:
            throttle.spend(settings.rate_changes, "changes", str(current_caller().user_id))
            throttle.spend(settings.rate_address_changes, "changes-from", client_network())
        return view(*args, **kwargs)

    return cast(View, limited)


def limit_tokens(kind: str, holder: str) -> None:
    """At most RATE_TOKENS for the session or API token, and RATE_ADDRESS_TOKENS from an address.

    Other services exchange the API tokens that people send them, and name nobody's address.
    """
    throttle, settings = current_context().throttle, current_context().settings
    if settings.tutorial:
        return
    if not is_service_call() or "X-Forwarded-For" in request.headers:
        throttle.spend(settings.rate_address_tokens, "tokens-from", client_network())
    throttle.spend(settings.rate_tokens, kind, holder)


def limit_resets(email: str) -> None:
    """At most RATE_PASSWORD_RESETS for an e-mail, and RATE_ADDRESS_PASSWORD_RESETS of a client."""
    throttle, settings = current_context().throttle, current_context().settings
    throttle.spend(settings.rate_address_password_resets, "resets-from", client_network())
    # Hashed, so that Redis holds no e-mail addresses.
    key = secret_hash(comparison_key(email))
    throttle.spend(settings.rate_password_resets, "resets-for", key)


def limit_signups(view: View) -> View:
    """At most RATE_SIGNUPS accounts, and RATE_TAKEN_EMAILS rejections of an existing e-mail.

    The second keeps strangers from finding out who has an account. Admins are exempt.
    """

    @wraps(view)
    def limited(*args: Any, **kwargs: Any) -> Any:
        throttle, settings = current_context().throttle, current_context().settings
        if settings.tutorial or caller_or_nobody().is_admin:
            return view(*args, **kwargs)
        network = client_network()
        throttle.require(settings.rate_signups, "signups", network)
        throttle.require(settings.rate_taken_emails, "taken-emails", network)
        try:
            answer = view(*args, **kwargs)
        except Problem as problem:
            if problem.status in (403, 409):
                throttle.count(settings.rate_signups, "signups", network)
            if problem.status == 409 and _names(problem, "email"):
                throttle.count(settings.rate_taken_emails, "taken-emails", network)
            raise
        throttle.count(settings.rate_signups, "signups", network)
        return answer

    return cast(View, limited)


def _names(problem: Problem, field: str) -> bool:
    return any(error["field"] == field for error in problem.errors or ())
