"""Pinned messages beside their conversation, and the person's saved messages."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from gateway_frontend.pages.conversation import conversation_page
from gateway_frontend.pages.forms import address_of
from gateway_frontend.pages.shell import app_page, my_conversations
from gateway_frontend.parts import current_parts, current_token

pages = Blueprint("kept", __name__, url_prefix="/app")


@pages.get("/c/<int:conversation_id>/pins")
def show_pins(conversation_id: int) -> bytes:
    pins, has_more = current_parts().messages.pins(current_token(), conversation_id)
    return conversation_page(conversation_id, panel="pins", pins=pins, has_more_pins=has_more)


@pages.get("/saved")
def show_saved() -> bytes:
    before = request.args.get("before", type=int)
    conversations, epoch = my_conversations()
    saved, next_before = current_parts().messages.saved(current_token(), before)
    return app_page(
        "app/saved.html",
        listed=(conversations, epoch),
        saved=saved,
        places={conversation["id"]: conversation for conversation in conversations},
        is_later=before is not None,
        more=next_before and address_of("/app/saved", before=next_before),
    )


@pages.post("/saved/<int:message_id>/remove")
def remove_saved(message_id: int) -> ResponseReturnValue:
    current_parts().messages.unsave(current_token(), message_id)
    return redirect("/app/saved", 303)
