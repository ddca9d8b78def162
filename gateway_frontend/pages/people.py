"""/people: the directory, a person's page, and blocking."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from gateway_frontend.pages.forms import address_of, search_term
from gateway_frontend.pages.shell import app_page, blocked_ids, my_conversations
from gateway_frontend.parts import current_parts, current_token

pages = Blueprint("people", __name__, url_prefix="/people")


@pages.get("")
def show_directory() -> bytes:
    users, token = current_parts().users, current_token()
    q = search_term(current_parts().limits.users.get("search"))
    people, next_after = users.people(token, q, request.args.get("after", type=int))
    more = next_after and address_of("/people", q=q, after=next_after)
    return app_page("app/people.html", people=people, q=q, more=more)


@pages.get("/<int:user_id>")
def show_person(user_id: int) -> bytes:
    """The same as the card that scripts open; they take it from this page."""
    listed = my_conversations()
    person = current_parts().users.person(current_token(), user_id)
    is_blocked = user_id in blocked_ids()
    return app_page("app/person.html", listed=listed, person=person, is_blocked=is_blocked)


@pages.post("/<int:user_id>/block")
def block(user_id: int) -> ResponseReturnValue:
    current_parts().messages.block(current_token(), user_id)
    return redirect(f"/people/{user_id}", 303)


@pages.post("/<int:user_id>/unblock")
def unblock(user_id: int) -> ResponseReturnValue:
    current_parts().messages.unblock(current_token(), user_id)
    return redirect(f"/people/{user_id}", 303)
