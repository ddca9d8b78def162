"""/admin/integrations: bots with their tokens, slash commands, and the webhooks of all rooms."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from gateway_frontend.pages.forms import (
    address_of,
    admin_form_errors,
    field_errors,
    notice_of,
    require_validation_error,
    typed_values,
)
from gateway_frontend.parts import current_login, current_parts, current_token
from servicekit.language import N_
from servicekit.web.errors import Problem

NOTICES = {
    "on": N_("Webhook switched on."),
    "off": N_("Webhook switched off."),
    "deleted": N_("Webhook deleted."),
    "renamed": N_("Bot renamed."),
    "activated": N_("Bot activated."),
    "deactivated": N_("Bot deactivated. Its tokens have ended."),
    "revoked": N_("Token revoked."),
    "no-command": N_("Command deleted."),
}
pages = Blueprint("admin_integrations", __name__, url_prefix="/admin/integrations")


@pages.get("")
def show() -> str:
    return _page(notice=notice_of(NOTICES))


@pages.post("/bots")
def make_bot() -> ResponseReturnValue:
    """The token is shown in this response only."""
    typed = typed_values("bot_name", "nickname")
    try:
        made = current_parts().integrations.make_bot(
            current_token(), typed["bot_name"], typed["nickname"]
        )
    except Problem as problem:
        return _page(**admin_form_errors(problem, name="bot_name"), typed=typed), problem.status
    return _bot_page(made["id"], secret=made["token"]), 201


@pages.get("/bots/<int:bot_id>")
def show_bot(bot_id: int) -> str:
    return _bot_page(bot_id, notice=notice_of(NOTICES))


@pages.post("/bots/<int:bot_id>")
def change_bot(bot_id: int) -> ResponseReturnValue:
    """Rename it, or switch it on and off."""
    changes: dict[str, object] = {}
    if "active" in request.form:
        changes["active"] = request.form["active"] == "yes"
    else:
        changes["name"] = request.form.get("bot_name", "").strip()
    try:
        current_parts().users.change_account(current_token(), bot_id, changes)
    except Problem as problem:
        require_validation_error(problem)
        return _bot_page(bot_id, errors=field_errors(problem), wrong=problem.detail), problem.status
    done = {True: "activated", False: "deactivated", None: "renamed"}[changes.get("active")]  # type: ignore[index]
    return _to_bot(bot_id, done)


@pages.post("/bots/<int:bot_id>/tokens")
def make_token(bot_id: int) -> ResponseReturnValue:
    """The token is shown in this response only."""
    name = request.form.get("token_name", "").strip()
    try:
        made = current_parts().integrations.make_token(current_token(), bot_id, name)
    except Problem as problem:
        require_validation_error(problem)
        return _bot_page(bot_id, errors=field_errors(problem), wrong=problem.detail), problem.status
    return _bot_page(bot_id, secret=made["token"]), 201


@pages.post("/bots/<int:bot_id>/tokens/<int:token_id>/revoke")
def revoke_token(bot_id: int, token_id: int) -> ResponseReturnValue:
    current_parts().integrations.revoke_token(current_token(), bot_id, token_id)
    return _to_bot(bot_id, "revoked")


@pages.post("/commands")
def make_command() -> ResponseReturnValue:
    """The secret is shown in this response only."""
    typed = typed_values("command", "url", "description", "usage")
    body = {key: typed[key] for key in ("url", "description", "usage")}
    try:
        made = current_parts().integrations.make_command(
            current_token(), body | {"name": typed["command"]}
        )
    except Problem as problem:
        return _page(**admin_form_errors(problem, name="command"), typed=typed), problem.status
    return _page(made_command=made), 201


@pages.post("/commands/<int:command_id>/delete")
def delete_command(command_id: int) -> ResponseReturnValue:
    current_parts().integrations.delete_command(current_token(), command_id)
    return redirect("/admin/integrations?done=no-command", 303)


def _to_bot(bot_id: int, done: str) -> ResponseReturnValue:
    return redirect(address_of(f"/admin/integrations/bots/{bot_id}", done=done), 303)


def _page(**shown: Any) -> str:
    integrations, token = current_parts().integrations, current_token()
    return render_template(
        "admin/integrations.html",
        me=current_login().user,
        bots=integrations.bots(token),
        commands=integrations.commands(token),
        incoming=integrations.webhooks(token, "incoming"),
        outgoing=integrations.webhooks(token, "outgoing"),
        **shown,
    )


def _bot_page(bot_id: int, **shown: Any) -> str:
    integrations, token = current_parts().integrations, current_token()
    return render_template(
        "admin/bot.html",
        me=current_login().user,
        bot=integrations.bot(token, bot_id),
        tokens=integrations.tokens(token, bot_id),
        **shown,
    )
