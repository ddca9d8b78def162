"""The one cookie that makes a browser somebody's: its name, its flags."""

from flask import Response, request

from servicekit.kit import current_kit

DAYS_90 = 90 * 86400


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


def _name() -> str:
    """`__Host-`: the browser itself lets no other host and no plain connection set it."""
    return "__Host-parley" if _is_https() else "parley"


def _is_https() -> bool:
    return current_kit().settings.public_url.startswith("https://")
