"""`/api/conversations/<id>/members`: join, invite, leave, remove, roles."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from messages_service.answers import answer, current_caller, current_person
from messages_service.context import current_context
from messages_service.conversations.growth_limits import count_member
from messages_service.conversations.members import add_member, change_role, remove_member
from messages_service.conversations.queries import conversation_for, members_of
from messages_service.conversations.schemas import (
    ChangedMember,
    ConversationPath,
    MemberPath,
    Members,
    MembersQuery,
)
from messages_service.membership.access import visible_conversation
from messages_service.membership.guests import refuse_guest
from messages_service.shapes import Conversation
from servicekit.web.openapi import BEARER
from servicekit.web.paging import link_next
from servicekit.web.schemas import Answer

blueprint = APIBlueprint(
    "members", __name__, url_prefix="/api", abp_tags=[Tag(name="members")], abp_security=BEARER
)


@blueprint.get(
    "/conversations/<int:conversation_id>/members", summary="Members", responses={200: Members}
)
def list_members(path: ConversationPath, query: MembersQuery) -> Response:
    """By id; `after` is the id of the last one seen. Public rooms show theirs to everybody."""
    context = current_context()
    visible_conversation(context, current_caller(), path.conversation_id)
    found, more = members_of(
        context, path.conversation_id, search=query.q, after=query.after, limit=query.limit
    )
    response = answer(found)
    return link_next(response, after=found[-1]["id"]) if more else response


@blueprint.put(
    "/conversations/<int:conversation_id>/members/<int:user_id>",
    summary="Join, or bring somebody in",
    responses={200: Answer[Conversation], 201: Answer[Conversation]},
)
def add(path: MemberPath) -> Response:
    """Join a public room, or add others as a member. 200 when the person is a member already."""
    context = current_context()
    caller, me = current_person()
    if path.user_id != me:
        refuse_guest(caller)
    count_member(context, caller, path.user_id)
    is_new = add_member(context, caller, path.conversation_id, path.user_id)
    return answer(conversation_for(context, me, path.conversation_id), 201 if is_new else 200)


@blueprint.patch(
    "/conversations/<int:conversation_id>/members/<int:user_id>",
    summary="Give a role",
    responses={200: Answer[Conversation]},
)
def change(path: MemberPath, body: ChangedMember) -> Response:
    """Owners make owners, moderators and members."""
    context = current_context()
    caller, me = current_person()
    change_role(context, caller, path.conversation_id, path.user_id, body.role)
    return answer(conversation_for(context, me, path.conversation_id))


@blueprint.delete(
    "/conversations/<int:conversation_id>/members/<int:user_id>",
    summary="Leave, or remove somebody",
    responses={204: None},
)
def remove(path: MemberPath) -> Response:
    """Leave, or remove a member of a lower role."""
    context = current_context()
    caller, _ = current_person()
    remove_member(context, caller, path.conversation_id, path.user_id)
    return Response(status=204)
