"""The search page: its fields become filters of the query."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from gateway_frontend.drawing.filters import reader_zone
from gateway_frontend.pages.forms import address_of, field_errors
from gateway_frontend.pages.shell import app_page, my_conversations
from gateway_frontend.parts import current_parts, current_token
from gateway_frontend.shapes.messages import FoundMessage
from servicekit.web.errors import Problem

FILTERS = ("from", "before", "after", "has", "is")
"""Fields of the form that are operators of the query, too."""
FIELDS = ("q", "in", *FILTERS, "order")
MAX_FIELD = 600
pages = Blueprint("search", __name__)


@pages.get("/search")
def show_short_address() -> ResponseReturnValue:
    return redirect(address_of("/app/search", **request.args.to_dict()))


@pages.get("/app/search")
def show_search() -> bytes:
    typed = {name: request.args.get(name, "").strip()[:MAX_FIELD] for name in FIELDS}
    conversations, epoch = my_conversations()
    query = _query(typed)
    found, next_before, wrong = _search(typed, query)
    return app_page(
        "app/search.html",
        listed=(conversations, epoch),
        places={conversation["id"]: conversation for conversation in conversations},
        typed=typed,
        query=query,
        found=found,
        wrong=wrong,
        is_later="page" in request.args,
        more=next_before and address_of("/app/search", **(_given(typed) | {"page": next_before})),
    )


def _search(typed: dict[str, str], query: str) -> tuple[list[FoundMessage], int | None, str | None]:
    """A page of found messages, the id before which the next begins, and an error in the query."""
    if not query:
        return [], None, None
    asked = {
        "q": query,
        "conversation_id": typed["in"] or None,
        "order": typed["order"] or None,
        "before": request.args.get("page"),
        "time_zone": str(reader_zone()),
    }
    try:
        return *current_parts().messages.search(current_token(), asked), None
    except Problem as problem:
        if problem.status not in (400, 403, 404, 422):
            raise
        errors = field_errors(problem)
        return [], None, errors.get("q") or next(iter(errors.values()), problem.detail)


def _query(typed: dict[str, str]) -> str:
    filters = [f'{name}:"{typed[name]}"' for name in FILTERS if typed[name]]
    return " ".join([part for part in (typed["q"], *filters) if part])


def _given(typed: dict[str, str]) -> dict[str, str | int | None]:
    return {name: value for name, value in typed.items() if value}
