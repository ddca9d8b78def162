"""Routes for scripts: a ticket for the socket, a new form token, older messages."""

import base64
from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from gateway_frontend.drawing.history import read_history
from gateway_frontend.pages.forms import wanted_place
from gateway_frontend.parts import current_login, current_parts
from gateway_frontend.security import csrf_token, realtime_url
from servicekit.identity.verify import bearer_token
from servicekit.language import _
from servicekit.web.errors import Forbidden, Invalid, Unauthorized
from servicekit.web.schemas import MAX_ID

BLANK_GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

pages = Blueprint("live", __name__, url_prefix="/front")


@pages.get("/realtime-ticket")
def ticket() -> ResponseReturnValue:
    """A ticket for one connection within 30 seconds; not needed in tutorial mode."""
    parts = current_parts()
    url = realtime_url(parts.settings)
    if parts.settings.tutorial:
        return jsonify({"url": url, "token": "", "expires_in": 0})
    made = parts.sign_in.ticket(bearer_token() or current_login().access_token)
    return jsonify({"url": url, **made})


@pages.get("/session")
def session() -> ResponseReturnValue:
    """The person of this browser, and the tokens for its forms and scripts."""
    try:
        user_id = current_login().user["id"]
    except Unauthorized:
        user_id = None
    return jsonify({"user_id": user_id, "csrf_token": csrf_token()})


@pages.get("/conversations/<int:conversation_id>/messages")
def messages(conversation_id: int) -> ResponseReturnValue:
    """The newest page of messages, or one `before`, `after` or `around` a seq, with its notes."""
    token, client = current_login().access_token, current_parts().messages
    conversation = client.conversation(token, conversation_id)
    return jsonify(asdict(read_history(client, token, conversation, wanted_place())))


@pages.get("/conversations/<int:conversation_id>/read")
def mark_read(conversation_id: int) -> Response:
    """An image that pages load only without scripts: marks the shown messages as read."""
    seq = _shown_seq()
    current_parts().messages.mark_read(current_login().access_token, conversation_id, seq)
    return _blank_image()


@pages.get("/messages/<int:message_id>/thread/read")
def mark_thread_read(message_id: int) -> Response:
    """An image that marks the replies of a thread as read, as `mark_read`."""
    seq = _shown_seq()
    current_parts().messages.read_thread(current_login().access_token, message_id, seq)
    return _blank_image()


def _shown_seq() -> int:
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Forbidden(_("This address is for the pages of this server only."))
    seq = request.args.get("seq", type=int)
    if seq is None or not 0 < seq <= MAX_ID:
        raise Invalid.field("seq", f"must be between 1 and {MAX_ID}")
    return seq


def _blank_image() -> Response:
    response = Response(BLANK_GIF, mimetype="image/gif")
    response.cache_control.no_store = True
    return response
