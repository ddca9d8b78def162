"""/admin/audit: who did what, to whom, when and from where."""

from flask import Blueprint, render_template, request

from gateway_frontend.pages.forms import address_of, local_moment, seq_argument
from gateway_frontend.parts import current_parts, current_token
from gateway_frontend.shapes.administration import AuditEntry
from servicekit.language import N_

ACTIONS = {
    "account.created": N_("Account created"),
    "account.deactivated": N_("Account deactivated"),
    "account.activated": N_("Account activated"),
    "role.changed": N_("Role changed"),
    "profile.changed": N_("Profile changed"),
    "password.changed": N_("Password changed"),
    "password-reset.created": N_("Link for a new password created"),
    "password-reset.used": N_("New password chosen by a link"),
    "two-step.enabled": N_("Two-step login turned on"),
    "two-step.disabled": N_("Two-step login turned off"),
    "passkey.added": N_("Passkey added"),
    "passkey.removed": N_("Passkey removed"),
    "identity.added": N_("Login by a provider connected"),
    "identity.removed": N_("Login by a provider disconnected"),
    "email.confirmed": N_("E-mail address confirmed"),
    "session.created": N_("Logged in"),
    "session.failed": N_("Login failed"),
    "session.locked": N_("Login locked for a while"),
    "sessions.ended": N_("Sessions ended"),
    "token.created": N_("API token created"),
    "token.revoked": N_("API token revoked"),
    "invite.created": N_("Invite created"),
    "invite.withdrawn": N_("Invite withdrawn"),
    "settings.changed": N_("Settings changed"),
    "room.archived": N_("Room archived"),
    "room.unarchived": N_("Room restored"),
    "room.changed": N_("Room changed"),
    "room.owned": N_("Ownership of a room taken over"),
    "member.removed": N_("Member removed"),
    "message.deleted": N_("Message of somebody else deleted"),
    "report.closed": N_("Report closed"),
    "export.created": N_("Data exported"),
    "import.started": N_("Import started"),
    "retention.changed": N_("Retention changed"),
    "webhook.created": N_("Webhook created"),
    "webhook.changed": N_("Webhook changed"),
    "webhook.deleted": N_("Webhook deleted"),
    "command.created": N_("Command created"),
    "command.deleted": N_("Command deleted"),
}
DETAILS = {
    "from": N_("from"),
    "to": N_("to"),
    "role": N_("role"),
    "setting": N_("setting"),
    "fields": N_("fields"),
    "invite": N_("invite"),
    "uses": N_("uses"),
    "token": N_("token"),
    "scopes": N_("rights"),
    "count": N_("number"),
    "room": N_("room"),
    "name": N_("name"),
    "topic": N_("topic"),
    "message": N_("message"),
    "report": N_("report"),
    "conversation": N_("conversation"),
    "webhook": N_("webhook"),
    "kind": N_("kind"),
    "command": N_("command"),
}
pages = Blueprint("admin_audit", __name__, url_prefix="/admin/audit")


@pages.get("")
def show() -> str:
    parts, token = current_parts(), current_token()
    wanted = {name: request.args.get(name, "").strip() for name in ("person", "action", "since")}
    wanted["until"] = request.args.get("until", "").strip()
    person_id = _person_id(token, wanted["person"])
    entries: list[AuditEntry] = []
    before: int | None = None
    if person_id is not None or not wanted["person"]:
        query = {
            "person_id": person_id,
            "action": wanted["action"] if wanted["action"] in ACTIONS else None,
            "since": _moment(wanted["since"], "00:00"),
            "until": _moment(wanted["until"], "23:59"),
            "before": seq_argument("before"),
        }
        entries, before = parts.admin.audit(token, query)
    people = {entry[key] for entry in entries for key in ("actor_id", "user_id")} - {None}
    names = parts.users.names(token, sorted(id_ for id_ in people if id_ is not None))
    return render_template(
        "admin/audit.html",
        entries=entries,
        names=names,
        wanted=wanted,
        actions=ACTIONS,
        details=DETAILS,
        more=before and address_of("/admin/audit", **wanted, before=before),
    )


def _person_id(token: str, nickname: str) -> int | None:
    """The id of the person with this nickname or name, inactive ones included."""
    if not nickname:
        return None
    found, _more = current_parts().users.accounts(token, nickname.removeprefix("@")[:100])
    same = [each for each in found if each["nickname"] == nickname.removeprefix("@")]
    return next((each["id"] for each in same or found), None)


def _moment(day: str, time: str) -> str | None:
    """A day of the reader's calendar, as a moment; None for something else."""
    moment = local_moment(f"{day}T{time}") if day else ""
    return moment if moment.startswith(day) and len(moment) > len(day) + 6 else None
