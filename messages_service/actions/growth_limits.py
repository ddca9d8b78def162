"""How many conversations and members one person may add in a while; admins may add any number."""

from messages_service.actions.direct import find_direct
from messages_service.models import DIRECT, direct_key
from messages_service.parts import Caller, Parts
from messages_service.schemas_conversations import NewConversation


def count_conversation(parts: Parts, caller: Caller, wanted: NewConversation) -> None:
    """Raises TooMany; opening a direct conversation that exists costs nothing."""
    if caller.is_admin or caller.user_id is None:
        return
    if wanted.kind == DIRECT:
        key = direct_key(caller.user_id, wanted.member_ids[0])
        if find_direct(parts.db.session.connection(), key) is None:
            parts.limits.new_conversations.count(caller.user_id)
        return
    parts.limits.new_conversations.count(caller.user_id)
    parts.limits.new_members.count(caller.user_id, len({*wanted.member_ids} - {caller.user_id}))


def count_member(parts: Parts, caller: Caller, user_id: int) -> None:
    """Raises TooMany; joining oneself costs nothing."""
    if not caller.is_admin and caller.user_id not in (None, user_id):
        parts.limits.new_members.count(caller.user_id)
