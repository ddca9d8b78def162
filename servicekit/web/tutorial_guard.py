"""Tutorial mode needs no token, so pages of other sites must not reach it."""

from urllib.parse import urlsplit

from flask import Flask, request

from servicekit.language import _
from servicekit.loopback import is_loopback
from servicekit.web.errors import BadRequest, Forbidden
from servicekit.web.methods import WRITING_METHODS


def install_tutorial_guard(app: Flask) -> None:
    """Accept requests to loopback names only, and changes from loopback origins only."""

    @app.before_request
    def refuse_other_sites() -> None:
        if not is_loopback_url(f"//{request.environ.get('HTTP_HOST', '')}"):
            # DNS rebinding: another site's name that resolves to this machine.
            raise BadRequest(_("This server does not go by that name."), "unknown-host")
        origin = request.headers.get("Origin")
        if request.method in WRITING_METHODS and origin is not None and not is_loopback_url(origin):
            raise Forbidden(
                _("Pages of other sites may not change anything here."), "foreign-origin"
            )


def is_loopback_url(url: str) -> bool:
    """Whether the URL or origin is on this machine; a malformed one is not."""
    try:
        return is_loopback(urlsplit(url).hostname or "")
    except ValueError:
        return False
