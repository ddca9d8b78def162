"""/login/passkey and /settings/sign-in/passkeys: logging in with passkeys, and managing them."""

import json

from flask import Blueprint, jsonify, redirect, request, session
from flask.typing import ResponseReturnValue

from gateway_frontend.cookies import session_cookie
from gateway_frontend.pages.forms import is_validation_error
from gateway_frontend.pages.sign_in_page import refused
from gateway_frontend.pages.signing_in import (
    CHALLENGE,
    answer_again,
    login_page,
    start_session,
)
from gateway_frontend.parts import current_parts, current_token
from servicekit.web.errors import Problem

PASSKEY = "passkey"
"""In the cookie of forms: the challenge that this browser was given."""
pages = Blueprint("passkeys", __name__)


@pages.post("/login/passkey/options")
def ask() -> ResponseReturnValue:
    """A challenge for the login script; for the second step if this browser is in one."""
    is_second_step = request.args.get("step") == "second"
    second_step = session.get(CHALLENGE) if is_second_step else None
    asked = current_parts().sign_in.ask_for_passkey(second_step)
    session[PASSKEY] = asked["challenge"]
    return jsonify(asked["options"])


@pages.post("/login/passkey")
def log_in() -> ResponseReturnValue:
    try:
        answer = current_parts().sign_in.log_in_with_passkey(
            session.pop(PASSKEY, "-"),
            _credential(),
            request.user_agent.string,
            replaces=session_cookie(),
        )
    except Problem as problem:
        if not is_validation_error(problem):
            raise
        return answer_again(login_page(wrong=problem.detail), problem)
    return start_session(answer)


@pages.post("/settings/sign-in/passkeys/options")
def start() -> ResponseReturnValue:
    asked = current_parts().sign_in.start_passkey(current_token())
    session[PASSKEY] = asked["challenge"]
    return jsonify(asked["options"])


@pages.post("/settings/sign-in/passkeys")
def add() -> ResponseReturnValue:
    name = request.form.get("name", "").strip()
    challenge = session.pop(PASSKEY, "-")
    try:
        current_parts().sign_in.add_passkey(current_token(), name, challenge, _credential())
    except Problem as problem:
        return refused(problem, name="passkey_name")
    return _done("passkey")


@pages.post("/settings/sign-in/passkeys/<int:passkey_id>/rename")
def rename(passkey_id: int) -> ResponseReturnValue:
    name = request.form.get("name", "").strip()
    try:
        current_parts().sign_in.rename_passkey(current_token(), passkey_id, name)
    except Problem as problem:
        return refused(problem)
    return _done("renamed")


@pages.post("/settings/sign-in/passkeys/<int:passkey_id>/remove")
def remove(passkey_id: int) -> ResponseReturnValue:
    try:
        current_parts().sign_in.remove_passkey(current_token(), passkey_id)
    except Problem as problem:
        return refused(problem)
    return _done("no-passkey")


def _credential() -> object:
    """The credential that the script put into the form; users_service refuses an invalid one."""
    try:
        return json.loads(request.form.get("credential", ""))
    except ValueError:
        return {}


def _done(notice: str) -> ResponseReturnValue:
    return redirect(f"/settings/sign-in?done={notice}#passkeys", 303)
