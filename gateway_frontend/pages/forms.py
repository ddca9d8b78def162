"""Helpers for the forms and addresses of the pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import request

from gateway_frontend.drawing.filters import reader_zone
from gateway_frontend.drawing.history import Place
from servicekit.language import _
from servicekit.web.errors import Problem
from servicekit.web.schemas import MAX_ID


def typed_values(*names: str) -> dict[str, str]:
    """The values of these fields, stripped except for passwords."""
    values = {name: request.form.get(name, "") for name in names}
    return {name: value if "password" in name else value.strip() for name, value in values.items()}


def local_moment(text: str) -> str:
    """`2026-11-21T18:00` on the reader's clock, with its zone; other text is returned unchanged."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.replace(tzinfo=moment.tzinfo or reader_zone()).isoformat()


def notice_of(notices: Mapping[str, str]) -> str | None:
    """The sentence for what was just done, which a redirect names by `?done=`; else None."""
    sentence = notices.get(request.args.get("done", ""))
    return None if sentence is None else _(sentence)


def chosen_picture() -> tuple[bytes, str] | None:
    """Content and type of the file in a form; None if none was chosen."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return None
    content_type = file.mimetype if file.mimetype.startswith("image/") else "image/png"
    return file.stream.read(), content_type


def search_term(longest: int | None) -> str:
    """The text of a search field, cut to the length that the API accepts, if it is known."""
    return request.values.get("q", "").strip()[:longest]


def wanted_place() -> Place:
    """The part of a conversation that the address names by `before`, `after` or `around`."""
    return Place(*(seq_argument(name) for name in ("before", "after", "around")))


def seq_argument(name: str) -> int | None:
    """A seq, or an id, in the address; None if it is missing or cannot be one."""
    seq = request.args.get(name, type=int)
    return seq if seq is not None and 0 <= seq <= MAX_ID else None


def address_of(path: str, **query: int | str | None) -> str:
    """`path` with these arguments, without the empty ones."""
    given = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}"


def form_errors(problem: Problem, **renamed: str) -> dict[str, Any]:
    """`errors` and `wrong` of a form; raises `problem` again if it cannot be corrected there.

    `renamed` are the form's names of fields that have another name in the API.
    """
    require_validation_error(problem)
    found = field_errors(problem)
    errors = {renamed.get(name, name): sentence for name, sentence in found.items()}
    return {"errors": errors, "wrong": error_summary(problem, errors)}


def admin_form_errors(problem: Problem, **renamed: str) -> dict[str, Any]:
    """As `form_errors`, for pages that only administrators may see."""
    if problem.status == 403:
        raise problem
    return form_errors(problem, **renamed)


def field_errors(problem: Problem) -> dict[str, str]:
    """A sentence for each invalid field, named by the first part of its path."""
    return {
        error["field"].split(".")[0]: _sentence(error["message"])
        for error in reversed(problem.errors or [])
    }


def error_text(problem: Problem) -> str:
    """All that is wrong in one text, for forms without a place beside each field."""
    return " ".join(field_errors(problem).values()) or problem.detail


def error_summary(problem: Problem, errors: dict[str, str]) -> str | None:
    """The message above the form; None when the fields explain everything."""
    return None if errors else problem.detail


def is_validation_error(problem: Problem) -> bool:
    """Whether the person can correct it in the form."""
    return problem.status in (400, 401, 403, 409, 413, 422, 429)


def require_validation_error(problem: Problem) -> None:
    """Raise `problem` again unless the person, who is logged in, can correct it in the form."""
    if not is_validation_error(problem) or problem.status == 401:
        raise problem


def _sentence(message: str) -> str:
    return f"{message[:1].upper()}{message[1:].rstrip('.')}."
