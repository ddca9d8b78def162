"""/reset: asking for a link for a new password, and choosing it with that link."""

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from gateway_frontend.pages.forms import (
    error_summary,
    field_errors,
    is_validation_error,
    typed_values,
)
from gateway_frontend.parts import current_parts
from servicekit.web.errors import Problem

pages = Blueprint("password_reset", __name__, url_prefix="/reset")


@pages.get("")
def ask() -> ResponseReturnValue:
    return _asking_page()


@pages.post("")
def send_link() -> ResponseReturnValue:
    typed = typed_values("email")
    try:
        answer = current_parts().sign_in.request_password_reset(typed["email"])
    except Problem as problem:
        if not is_validation_error(problem):
            raise
        errors = field_errors(problem)
        page = _asking_page(typed=typed, errors=errors, wrong=error_summary(problem, errors))
        return make_response(page, problem.status)
    return _asking_page(notice=answer["detail"] if answer["by_email"] else None)


@pages.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    return _page(token)


@pages.post("/<token>")
def choose_password(token: str) -> ResponseReturnValue:
    try:
        current_parts().sign_in.use_password_reset(token, request.form.get("password", ""))
    except Problem as problem:
        if not is_validation_error(problem):
            raise
        errors = field_errors(problem)
        page = _page(token, errors=errors, wrong=error_summary(problem, errors))
        return make_response(page, problem.status)
    return redirect("/login?reset", 303)


def _asking_page(**shown: object) -> str:
    """The form; without a mail server the advice to ask an administrator."""
    by_email = current_parts().sign_in.registration()["resets_by_email"]
    return render_template("account/forgot.html", by_email=by_email, **shown)


def _page(token: str, **shown: object) -> str:
    """The form; for a link that cannot be used any more, the reason."""
    reset = None
    try:
        reset = current_parts().sign_in.password_reset(token)
    except Problem as problem:
        if problem.status != 404:
            raise
        shown["wrong"] = problem.detail
    return render_template("account/reset.html", reset=reset, **({"errors": {}} | shown))
