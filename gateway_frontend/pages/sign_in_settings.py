"""/settings/sign-in: the password, the second step and the sessions of the person."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from gateway_frontend.pages.forms import (
    error_text,
    field_errors,
    notice_of,
    require_validation_error,
)
from gateway_frontend.pages.sign_in_page import refused, sign_in_page
from gateway_frontend.parts import current_parts, current_token
from servicekit.language import N_
from servicekit.web.errors import Problem

NOTICES = {
    "confirmed": N_("You can change how you log in for the next ten minutes."),
    "two-step-off": N_("Two-step login is off."),
    "connected": N_("Connected. You can log in there from now on."),
    "disconnected": N_("Disconnected."),
    "passkey": N_("Passkey added. You can log in with it now."),
    "renamed": N_("Passkey renamed."),
    "no-passkey": N_("Passkey removed. You can delete it from your device, too."),
}
pages = Blueprint("sign_in_settings", __name__, url_prefix="/settings/sign-in")


@pages.get("")
def show() -> str:
    return sign_in_page(notice=notice_of(NOTICES))


@pages.post("/confirm")
def confirm() -> ResponseReturnValue:
    try:
        current_parts().sign_in.confirm(current_token(), request.form.get("password", ""))
    except Problem as problem:
        require_validation_error(problem)
        wrong = error_text(problem)
        return sign_in_page(errors={"password": wrong}), problem.status
    return _done("confirmed")


@pages.post("/two-step")
def start_two_step() -> ResponseReturnValue:
    """The secret is shown in this response only."""
    try:
        app = current_parts().sign_in.start_two_step(current_token())
    except Problem as problem:
        return refused(problem)
    return sign_in_page(app=app)


@pages.post("/two-step/confirm")
def confirm_two_step() -> ResponseReturnValue:
    """The recovery codes are shown in this response only."""
    code = request.form.get("code", "").strip()
    try:
        made = current_parts().sign_in.confirm_two_step(current_token(), code)
    except Problem as problem:
        if problem.status != 422:
            return refused(problem)
        return sign_in_page(
            app={"secret": request.form.get("secret", "")}, errors=field_errors(problem)
        ), 422
    return sign_in_page(recovery_codes=made["recovery_codes"])


@pages.post("/two-step/recovery-codes")
def renew_recovery_codes() -> ResponseReturnValue:
    """The codes are shown in this response only."""
    try:
        made = current_parts().sign_in.renew_recovery_codes(current_token())
    except Problem as problem:
        return refused(problem)
    return sign_in_page(recovery_codes=made["recovery_codes"])


@pages.post("/two-step/end")
def end_two_step() -> ResponseReturnValue:
    try:
        current_parts().sign_in.end_two_step(current_token())
    except Problem as problem:
        return refused(problem)
    return _done("two-step-off")


def _done(notice: str) -> ResponseReturnValue:
    return redirect(f"/settings/sign-in?done={notice}", 303)
