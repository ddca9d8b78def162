"""What a page's scripts ask for: a ticket for the socket, a fresh form token, older messages."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, jsonify
from flask_wtf.csrf import generate_csrf

from gateway_frontend.history import read_history
from gateway_frontend.pages.forms import wanted_before
from gateway_frontend.parts import current_login, current_parts
from gateway_frontend.security import realtime_url
from servicekit.errors import Unauthorized
from servicekit.identity import bearer_token

pages = Blueprint("live", __name__, url_prefix="/front")


@pages.get("/realtime-ticket")
def ticket() -> Any:
    """For one connection, within half a minute; in tutorial mode sockets need none."""
    parts = current_parts()
    url = realtime_url(parts.settings)
    if parts.settings.tutorial:
        return jsonify({"url": url, "token": "", "expires_in": 0})
    made = parts.users.ticket(bearer_token() or current_login().access_token)
    return jsonify({"url": url, **made})


@pages.get("/session")
def session() -> Any:
    """Whose browser this is now, and what its forms and scripts must send along."""
    try:
        user_id = current_login().user["id"]
    except Unauthorized:
        user_id = None
    return jsonify({"user_id": user_id, "csrf_token": generate_csrf()})


@pages.get("/conversations/<int:conversation_id>/messages")
def messages(conversation_id: int) -> Any:
    """A page of messages, the newest or the one `before` a seq, with the events to note there."""
    token, client = current_login().access_token, current_parts().messages
    conversation = client.conversation(token, conversation_id)
    return jsonify(asdict(read_history(client, token, conversation, wanted_before())))
