"""Messages that mention the person."""

from flask import Blueprint, request

from gateway_frontend.pages.forms import address_of
from gateway_frontend.pages.shell import app_page, my_conversations
from gateway_frontend.parts import current_parts, current_token

pages = Blueprint("mentions", __name__, url_prefix="/app")


@pages.get("/mentions")
def show_mentions() -> bytes:
    """Newest first."""
    before = request.args.get("before", type=int)
    conversations, epoch = my_conversations()
    mentions, next_before = current_parts().messages.mentions(current_token(), before)
    return app_page(
        "app/mentions.html",
        listed=(conversations, epoch),
        mentions=mentions[::-1],
        places={conversation["id"]: conversation for conversation in conversations},
        is_later=before is not None,
        more=next_before and address_of("/app/mentions", before=next_before),
    )
