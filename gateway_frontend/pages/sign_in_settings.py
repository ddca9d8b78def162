"""/settings/sign-in: the password, the second step and the sessions of the person."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from gateway_frontend.pages.forms import field_errors, require_validation_error
from gateway_frontend.parts import current_login, current_parts, current_token
from servicekit.language import N_, _
from servicekit.web.errors import Problem

CONFIRM_FIRST = frozenset({"confirmation-needed", "session-needed"})
NOTICES = {
    "confirmed": N_("You can change how you log in for the next ten minutes."),
    "two-step-off": N_("Two-step login is off."),
}
pages = Blueprint("sign_in_settings", __name__, url_prefix="/settings/sign-in")


@pages.get("")
def show() -> str:
    done = request.args.get("done", "")
    return _page(notice=_(NOTICES[done]) if done in NOTICES else None)


@pages.post("/confirm")
def confirm() -> ResponseReturnValue:
    try:
        current_parts().users.confirm(current_token(), request.form.get("password", ""))
    except Problem as problem:
        require_validation_error(problem)
        wrong = " ".join(field_errors(problem).values()) or problem.detail
        return _page(errors={"password": wrong}), problem.status
    return _done("confirmed")


@pages.post("/two-step")
def start_two_step() -> ResponseReturnValue:
    """The secret is shown in this response only."""
    try:
        app = current_parts().users.start_two_step(current_token())
    except Problem as problem:
        return _refused(problem)
    return _page(app=app)


@pages.post("/two-step/confirm")
def confirm_two_step() -> ResponseReturnValue:
    """The recovery codes are shown in this response only."""
    code = request.form.get("code", "").strip()
    try:
        made = current_parts().users.confirm_two_step(current_token(), code)
    except Problem as problem:
        if problem.status != 422:
            return _refused(problem)
        return _page(
            app={"secret": request.form.get("secret", "")}, errors=field_errors(problem)
        ), 422
    return _page(recovery_codes=made["recovery_codes"])


@pages.post("/two-step/recovery-codes")
def renew_recovery_codes() -> ResponseReturnValue:
    """The codes are shown in this response only."""
    try:
        made = current_parts().users.renew_recovery_codes(current_token())
    except Problem as problem:
        return _refused(problem)
    return _page(recovery_codes=made["recovery_codes"])


@pages.post("/two-step/end")
def end_two_step() -> ResponseReturnValue:
    try:
        current_parts().users.end_two_step(current_token())
    except Problem as problem:
        return _refused(problem)
    return _done("two-step-off")


def _done(notice: str) -> ResponseReturnValue:
    return redirect(f"/settings/sign-in?done={notice}", 303)


def _refused(problem: Problem) -> ResponseReturnValue:
    """The page, which asks for the password if that is missing."""
    require_validation_error(problem)
    wrong = None if problem.code in CONFIRM_FIRST else problem.detail
    return _page(wrong=wrong), problem.status


def _page(**shown: Any) -> str:
    users, token = current_parts().users, current_token()
    return render_template(
        "app/sign_in.html",
        person=current_login().user,
        sign_in=users.sign_in(token),
        sessions=users.sessions(token),
        **shown,
    )
