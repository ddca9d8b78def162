"""/api/invites: invites for new people, for admins."""

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from servicekit.identity.verify import current_identity
from servicekit.web.openapi import BEARER
from servicekit.web.schemas import Answer
from users_service.actions.invites import make_invite, require_admin, withdraw_invite
from users_service.parts import parts
from users_service.queries import list_invites
from users_service.routes.answers import invite_answer
from users_service.routes.limited import limit_changes
from users_service.schemas import EntryPath, InviteList, NewInvite
from users_service.shapes import NewInviteOut

api = APIBlueprint(
    "invites",
    __name__,
    url_prefix="/api/invites",
    abp_tags=[Tag(name="invites")],
    abp_security=BEARER,
)


@api.post("", responses={201: Answer[NewInviteOut]})
@limit_changes
def create_invite(body: NewInvite) -> tuple[NewInviteOut, int]:
    """Create an invite for one person; its token is shown only once."""
    secret, invite = make_invite(current_identity(), body)
    url = f"{parts().settings.public_url.rstrip('/')}/signup?invite={secret}"
    return {**invite_answer(invite), "token": secret, "url": url}, 201


@api.get("", responses={200: InviteList})
def read_invites() -> Response:
    """The unused invites."""
    require_admin(current_identity())
    return jsonify([invite_answer(invite) for invite in list_invites()])


@api.delete("/<int:id>", responses={204: None})
@limit_changes
def delete_invite(path: EntryPath) -> tuple[str, int]:
    """Withdraw an invite."""
    withdraw_invite(current_identity(), path.id)
    return "", 204
