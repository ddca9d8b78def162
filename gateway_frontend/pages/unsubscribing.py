"""/unsubscribe/<token>: the link in e-mails. Mail programs send a POST by themselves (RFC 8058)."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from gateway_frontend.parts import current_parts
from servicekit.web.errors import NotFound, Problem

INVALID = 422
pages = Blueprint("unsubscribing", __name__)


@pages.get("/unsubscribe/<token>")
def ask(token: str) -> str:
    """Ask first: programs that check links open them, too."""
    return render_template("account/unsubscribe.html", is_done=False)


@pages.post("/unsubscribe/<token>")
def unsubscribe(token: str) -> ResponseReturnValue:
    """Without a CSRF token: the one in the address cannot be guessed."""
    try:
        current_parts().messages.unsubscribe(token)
    except Problem as problem:
        if problem.status != INVALID:
            raise
        raise NotFound() from problem
    return render_template("account/unsubscribe.html", is_done=True)
