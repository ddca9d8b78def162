"""Limits on the conversations and members that one person adds; admins have none."""

from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.conversations.schemas import NewConversation
from messages_service.membership.direct import find_direct
from messages_service.models import DIRECT, direct_key


def count_conversation(context: Context, caller: Caller, wanted: NewConversation) -> None:
    """Raises TooMany; opening an existing direct conversation is not counted."""
    if caller.is_admin or caller.user_id is None:
        return
    if wanted.kind == DIRECT:
        key = direct_key(caller.user_id, wanted.member_ids[0])
        if find_direct(context.connection, key) is None:
            context.limits.new_conversations.count(caller.user_id)
        return
    context.limits.new_conversations.count(caller.user_id)
    context.limits.new_members.count(caller.user_id, len({*wanted.member_ids} - {caller.user_id}))


def count_member(context: Context, caller: Caller, user_id: int) -> None:
    """Raises TooMany; joining is not counted."""
    if not caller.is_admin and caller.user_id not in (None, user_id):
        context.limits.new_members.count(caller.user_id)
