"""The page of how a person logs in, which several forms draw again."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from gateway_frontend.pages.forms import error_summary, form_errors
from gateway_frontend.pages.signing_in import is_here
from gateway_frontend.parts import current_login, current_parts, current_token
from servicekit.web.errors import Problem

CONFIRM_FIRST = frozenset({"confirmation-needed", "session-needed"})


def sign_in_page(**shown: Any) -> str:
    parts, token = current_parts(), current_token()
    sign_in = parts.sign_in.summary(token)
    return render_template(
        "app/sign_in.html",
        person=current_login().user,
        sign_in=sign_in,
        has_passkeys_here=is_here(sign_in["passkey_origin"]),
        passkeys=parts.sign_in.passkeys(token),
        sessions=parts.users.sessions(token),
        **shown,
    )


def refused(problem: Problem, **renamed: str) -> ResponseReturnValue:
    """The page, which asks for the password if that is missing."""
    errors = form_errors(problem, **renamed)["errors"]
    known = {name: words for name, words in errors.items() if name in renamed.values()}
    wrong = None if problem.code in CONFIRM_FIRST else error_summary(problem, known)
    return sign_in_page(wrong=wrong, errors=known), problem.status
