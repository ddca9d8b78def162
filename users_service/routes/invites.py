"""`/api/invites`: invites for new people, for admins."""

from flask import Response

from servicekit.web.answers import answer, answer_page, created, no_content
from servicekit.web.openapi import make_blueprint
from servicekit.web.schemas import Answer
from users_service import payloads
from users_service.actions import invites as actions
from users_service.caller import current_person
from users_service.context import current_context
from users_service.queries import invites as queries
from users_service.routes.limited import limit_changes
from users_service.schemas.invites import InviteList, InviteListQuery, InvitePath, NewInvite
from users_service.shapes.invites import CreatedInvite, Invite

blueprint = make_blueprint("invites", __name__)


@blueprint.post("/invites", responses={201: Answer[CreatedInvite]})
@limit_changes
def create_invite(body: NewInvite) -> Response:
    """Create an invite for one person or several; its token is shown only once."""
    context, (caller, _) = current_context(), current_person()
    secret, invite = actions.make_invite(context, caller, body)
    url = f"{context.settings.public_url.rstrip('/')}/signup?invite={secret}"
    shown: CreatedInvite = {**payloads.invite(invite, []), "token": secret, "url": url}
    return created(shown, f"/api/invites/{invite.id}")


@blueprint.get("/invites", responses={200: InviteList})
def list_invites(query: InviteListQuery) -> Response:
    """The invites that can be used, by id."""
    context, (caller, _) = current_context(), current_person()
    caller.require_admin()
    found, has_more = queries.list_invites(context, query)
    people = queries.people_by_invite(context, found)
    invites = [payloads.invite(invite, people[invite.id]) for invite in found]
    return answer_page(invites, "after", has_more=has_more)


@blueprint.get("/invites/<int:invite_id>", responses={200: Answer[Invite]})
def get_invite(path: InvitePath) -> Response:
    """One invite; for ninety days also after its end."""
    context, (caller, _) = current_context(), current_person()
    caller.require_admin()
    invite = queries.get_invite(context, path.invite_id)
    people = queries.people_by_invite(context, [invite])
    return answer(payloads.invite(invite, people[invite.id]))


@blueprint.delete("/invites/<int:invite_id>", responses={204: None})
@limit_changes
def delete_invite(path: InvitePath) -> Response:
    """Withdraw an invite."""
    caller, _ = current_person()
    actions.withdraw_invite(current_context(), caller, path.invite_id)
    return no_content()
