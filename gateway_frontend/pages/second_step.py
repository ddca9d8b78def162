"""/login/second-step: the code of an authenticator app, or a recovery code."""

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from gateway_frontend.cookies import known_device, session_cookie
from gateway_frontend.pages.forms import error_text, is_validation_error
from gateway_frontend.pages.signing_in import (
    CHALLENGE,
    answer_again,
    is_here,
    next_path,
    place_before_login,
    start_session,
)
from gateway_frontend.parts import current_parts
from servicekit.web.errors import Problem

pages = Blueprint("second_step", __name__, url_prefix="/login/second-step")


@pages.get("")
def show() -> ResponseReturnValue:
    if CHALLENGE not in session:
        return redirect("/login", 303)
    return _page()


@pages.post("")
def finish() -> ResponseReturnValue:
    try:
        answer = current_parts().sign_in.finish_login(
            session.get(CHALLENGE, "-"),
            request.form.get("code", "").strip(),
            request.user_agent.string,
            device=known_device(),
            replaces=session_cookie(),
        )
    except Problem as problem:
        if problem.code == "begin-again":
            session.pop(CHALLENGE, None)
            return redirect("/login?late", 303)
        if not is_validation_error(problem):
            raise
        wrong = error_text(problem)
        return answer_again(_page(wrong), problem)
    return start_session(answer)


def _page(wrong: str | None = None) -> str:
    place = place_before_login()
    return render_template(
        "account/second_step.html",
        next=next_path(),
        has_passkeys=place is not None and is_here(place["passkey_origin"]),
        wrong=wrong,
    )
