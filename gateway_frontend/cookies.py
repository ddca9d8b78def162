"""The cookies of a browser: its session, and the device that has logged in before."""

import secrets

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from servicekit.web.app_state import current_state

DAYS_90 = 90 * 86400
YEAR = 365 * 86400
MOST_DEVICE_USERS = 10


def session_cookie() -> str | None:
    """The session token that the browser sent, or None."""
    return request.cookies.get(_name()) or None


def set_session_cookie(response: Response, session_token: str) -> None:
    response.set_cookie(
        _name(),
        session_token,
        max_age=DAYS_90,
        path="/",
        secure=_is_https(),
        httponly=True,
        samesite="Lax",
    )


def drop_session_cookie(response: Response) -> None:
    response.delete_cookie(_name(), path="/", secure=_is_https(), httponly=True, samesite="Lax")


def known_device() -> str | None:
    """`<device id> <user id>,<user id>`: the people who logged in with this browser before."""
    device = _read_device()
    return f"{device[0]} {','.join(map(str, device[1]))}" if device else None


def remember_device(response: Response, user_id: int) -> None:
    """Remember the login, so that wrong passwords elsewhere do not lock this browser out."""
    device_id, user_ids = _read_device() or (secrets.token_urlsafe(16), [])
    latest = [user_id, *(known for known in user_ids if known != user_id)][:MOST_DEVICE_USERS]
    response.set_cookie(
        f"{_name()}-device",
        _device_signer().dumps([device_id, latest]),
        max_age=YEAR,
        path="/",
        secure=_is_https(),
        httponly=True,
        samesite="Lax",
    )


def _read_device() -> tuple[str, list[int]] | None:
    try:
        device_id, user_ids = _device_signer().loads(request.cookies.get(f"{_name()}-device", ""))
    except BadSignature:
        return None
    return device_id, user_ids


def _device_signer() -> URLSafeSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeSerializer(keys, salt="device")


def _name() -> str:
    """`__Host-`: the browser itself lets no other host and no plain connection set it."""
    return "__Host-parley" if _is_https() else "parley"


def _is_https() -> bool:
    return current_state().settings.public_url.startswith("https://")
