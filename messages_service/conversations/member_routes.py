"""`/api/conversations/<id>/members`: join, invite, leave, remove, roles."""

from flask import Response

from messages_service.caller import current_caller, current_person
from messages_service.context import current_context
from messages_service.conversations import members, queries
from messages_service.conversations.growth_limits import count_member
from messages_service.conversations.schemas import (
    ConversationPath,
    MemberChanges,
    MemberList,
    MemberListQuery,
    MemberPath,
)
from messages_service.membership.access import visible_conversation
from messages_service.membership.guests import refuse_guest
from messages_service.shapes.conversations import Conversation, Member
from servicekit.web.answers import answer, answer_page, created_or_found, no_content
from servicekit.web.openapi import make_blueprint
from servicekit.web.schemas import Answer

blueprint = make_blueprint("members", __name__)


@blueprint.get("/conversations/<int:conversation_id>/members", responses={200: MemberList})
def list_members(path: ConversationPath, query: MemberListQuery) -> Response:
    """Members.

    By id; `before` and `after` are ids of people. Public rooms show theirs to everybody.
    """
    context = current_context()
    visible_conversation(context, current_caller(), path.conversation_id)
    found, has_more = queries.members_of(context, path.conversation_id, query)
    return answer_page(found, "after", has_more=has_more)


@blueprint.get(
    "/conversations/<int:conversation_id>/members/<int:user_id>", responses={200: Answer[Member]}
)
def get_member(path: MemberPath) -> Response:
    """One member."""
    context = current_context()
    visible_conversation(context, current_caller(), path.conversation_id)
    return answer(queries.member_of(context, path.conversation_id, path.user_id))


@blueprint.put(
    "/conversations/<int:conversation_id>/members/<int:user_id>",
    responses={200: Answer[Conversation], 201: Answer[Conversation]},
)
def put_member(path: MemberPath) -> Response:
    """Join, or add somebody.

    Join a public room, or add others as a member. 200 when the person is a member already.
    """
    context, (caller, me) = current_context(), current_person()
    if path.user_id != me:
        refuse_guest(caller)
    count_member(context, caller, path.user_id)
    is_new = members.add_member(context, caller, path.conversation_id, path.user_id)
    shown = queries.conversation_for(context, me, path.conversation_id)
    location = f"/api/conversations/{path.conversation_id}/members/{path.user_id}"
    return created_or_found(shown, location, is_new=is_new)


@blueprint.patch(
    "/conversations/<int:conversation_id>/members/<int:user_id>",
    responses={200: Answer[Conversation]},
)
def update_member(path: MemberPath, body: MemberChanges) -> Response:
    """Give a role.

    Owners make owners, moderators and members.
    """
    context, (caller, me) = current_context(), current_person()
    members.change_member(context, caller, path.conversation_id, path.user_id, body)
    return answer(queries.conversation_for(context, me, path.conversation_id))


@blueprint.delete(
    "/conversations/<int:conversation_id>/members/<int:user_id>", responses={204: None}
)
def delete_member(path: MemberPath) -> Response:
    """Leave, or remove somebody.

    Leave, or remove a member of a lower role.
    """
    caller, _ = current_person()
    members.remove_member(current_context(), caller, path.conversation_id, path.user_id)
    return no_content()
