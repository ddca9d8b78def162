"""Keeps guessing passwords slow, without letting a stranger lock an account or an address.

Failed logins are counted by account and network together, so that failures elsewhere cost the
owner nothing. Many failures for one account, or from one network, lower the number of attempts
that each network has for each account, but never to zero. A browser that has logged in to the
account before is counted by itself.
"""

from dataclasses import dataclass

from flask import request

from servicekit.web.service_calls import client_address, is_service_call
from users_service.caller import Caller
from users_service.context import Context
from users_service.names import comparison_key
from users_service.secret_tokens import secret_hash
from users_service.throttle import client_network, network_of

DEVICE_HEADER = "X-Forwarded-Device"
"""`<device id> <user id>,<user id>`: the browser and its former logins, from the gateway.

The gateway drops every X-Forwarded header of its clients, so only it can send this one.
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to log in, and the keys under which a failure is counted."""

    account: str
    source: tuple[str, ...]
    is_known_device: bool
    is_rationed: bool


def begin_attempt(context: Context, login: str, user_id: int | None) -> Attempt:
    """Raises TooMany after too many failures; `user_id` is None for an unknown login."""
    # Hashed, so that Redis holds no e-mail addresses.
    account = secret_hash(comparison_key(login)) if user_id is None else str(user_id)
    return _attempt(context, account, user_id)


def begin_second_step(context: Context, user_id: int) -> Attempt:
    """As `begin_attempt`, for codes, which are counted separately."""
    return _attempt(context, f"second-step-{user_id}", user_id)


def _attempt(context: Context, account: str, user_id: int | None) -> Attempt:
    throttle, settings = context.throttle, context.settings
    device = _known_device(user_id)
    if device is not None:
        attempt = Attempt(account, ("device", device, account), True, False)
    else:
        is_rationed = throttle.is_spent(
            settings.rate_logins, "account", account
        ) or throttle.is_spent(settings.rate_logins, "network", client_network())
        attempt = Attempt(account, ("network", client_network(), account), False, is_rationed)
    throttle.require(settings.rate_account_logins, *attempt.source)
    if attempt.is_rationed:
        throttle.require(settings.rate_rationed_logins, *_wide_key(account))
    return attempt


def count_failure(context: Context, attempt: Attempt) -> bool:
    """Count a wrong password; returns whether it was the last attempt for a while."""
    throttle, settings = context.throttle, context.settings
    throttle.count(settings.rate_account_logins, *attempt.source)
    if attempt.is_rationed:
        throttle.count(settings.rate_rationed_logins, *_wide_key(attempt.account))
    if not attempt.is_known_device:
        throttle.count(settings.rate_logins, "account", attempt.account)
        throttle.count(settings.rate_logins, "network", client_network())
    return throttle.is_spent(settings.rate_account_logins, *attempt.source)


def require_password_try(context: Context, caller: Caller) -> None:
    """Raises TooMany when this session gave a wrong current password too often."""
    context.throttle.require(context.settings.rate_account_logins, *_password_key(caller))


def count_wrong_password(context: Context, caller: Caller) -> None:
    """Count a wrong current password of this session."""
    context.throttle.count(context.settings.rate_account_logins, *_password_key(caller))


def _known_device(user_id: int | None) -> str | None:
    """The id of this browser if it has logged in as `user_id` before."""
    if not is_service_call():
        return None
    device, _, user_ids = request.headers.get(DEVICE_HEADER, "").partition(" ")
    return device if user_id is not None and str(user_id) in user_ids.split(",") else None


def _wide_key(account: str) -> tuple[str, ...]:
    # Coarser than one host's network: a /48 holds 65,536 networks of /64.
    return ("wide", network_of(client_address(), 24, 48), account)


def _password_key(caller: Caller) -> tuple[str, ...]:
    """Each session is counted separately, so that a thief's attempts do not block the owner.

    All API tokens count as one: a token can make others.
    """
    sid = caller.sid or ""
    return ("current-password", str(caller.user_id), sid if sid.startswith("s") else "tokens")
