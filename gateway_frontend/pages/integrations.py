"""The webhooks of a conversation and their deliveries, for its moderators."""

from typing import Any, cast

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from gateway_frontend.clients.integrations import Kind
from gateway_frontend.pages.forms import (
    address_of,
    form_errors,
    notice_of,
    typed_values,
)
from gateway_frontend.parts import current_login, current_parts, current_token
from gateway_frontend.shapes.integrations import CreatedWebhook
from servicekit.language import N_
from servicekit.web.errors import Problem

NOTICES = {
    "on": N_("Webhook switched on."),
    "off": N_("Webhook switched off."),
    "deleted": N_("Webhook deleted."),
}
KINDS = "<any(incoming, outgoing):kind>"
pages = Blueprint("integrations", __name__, url_prefix="/integrations")


@pages.get("/<int:conversation_id>")
def show(conversation_id: int) -> str:
    return _page(conversation_id, notice=notice_of(NOTICES))


@pages.post(f"/<int:conversation_id>/{KINDS}")
def make(conversation_id: int, kind: Kind) -> ResponseReturnValue:
    """The secret is shown in this response only."""
    typed = typed_values("name", "emoji", "url", "trigger_words")
    body: dict[str, object] = {"conversation_id": conversation_id, "name": typed["name"]}
    if typed["emoji"]:
        body["emoji"] = typed["emoji"]
    if kind == "outgoing":
        words = [word.strip() for word in typed["trigger_words"].split(",") if word.strip()]
        body |= {"url": typed["url"], "trigger_words": words}
    try:
        made = current_parts().integrations.make_webhook(current_token(), kind, body)
    except Problem as problem:
        shown = form_errors(problem)
        return _page(conversation_id, **shown, typed=typed, typed_kind=kind), problem.status
    return _page(conversation_id, made=made, made_kind=kind), 201


@pages.post(f"/webhooks/{KINDS}/<int:webhook_id>/switch")
def switch(kind: Kind, webhook_id: int) -> ResponseReturnValue:
    integrations, token = current_parts().integrations, current_token()
    enabled = request.form.get("enabled") == "yes"
    integrations.switch_webhook(token, kind, webhook_id, enabled=enabled)
    return _back("on" if enabled else "off")


@pages.post(f"/webhooks/{KINDS}/<int:webhook_id>/delete")
def delete(kind: Kind, webhook_id: int) -> ResponseReturnValue:
    current_parts().integrations.delete_webhook(current_token(), kind, webhook_id)
    return _back("deleted")


@pages.get("/webhooks/outgoing/<int:webhook_id>")
def show_deliveries(webhook_id: int) -> str:
    integrations, token = current_parts().integrations, current_token()
    webhook = integrations.webhook(token, "outgoing", webhook_id)
    found = integrations.deliveries(token, webhook_id, request.args.get("before", type=int))
    path = f"/integrations/webhooks/outgoing/{webhook_id}"
    older = address_of(path, before=found[-1]["id"]) if len(found) == 50 else None
    return render_template("app/deliveries.html", webhook=webhook, deliveries=found, older=older)


def _back(notice: str) -> ResponseReturnValue:
    """To the conversation's page, or to that of all webhooks."""
    conversation_id = request.form.get("conversation_id", type=int)
    path = f"/integrations/{conversation_id}" if conversation_id else "/admin/integrations"
    return redirect(address_of(path, done=notice), 303)


def _page(conversation_id: int, **shown: Any) -> str:
    parts, token = current_parts(), current_token()
    made = cast(CreatedWebhook | None, shown.get("made"))
    return render_template(
        "app/integrations.html",
        me=current_login().user,
        open=parts.messages.conversation(token, conversation_id),
        incoming=parts.integrations.webhooks(token, "incoming", conversation_id),
        outgoing=parts.integrations.webhooks(token, "outgoing", conversation_id),
        secret=made and (made.get("secret") or made.get("url")),
        **shown,
    )
