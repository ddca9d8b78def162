"""Read and change the rules."""

from sqlalchemy import Connection, delete, select, update

from messages_service.audit.actions import record
from messages_service.context import Context
from messages_service.models import conversations
from messages_service.retention.models import (
    EVERYWHERE,
    retention_positions,
    retention_rules,
)
from messages_service.retention.schemas import RetentionChanges
from messages_service.retention.shapes import Retention
from servicekit.data.db import core_transaction, insert_into
from servicekit.language import _
from servicekit.web.errors import Invalid


def read_retention(context: Context) -> Retention:
    rule = retention_rules.c
    named = (
        select(rule.conversation_id, rule.days, conversations.c.kind, conversations.c.name)
        .join(conversations, conversations.c.id == rule.conversation_id)
        .order_by(rule.conversation_id)
    )
    with context.db.engine.connect() as connection:
        everywhere = select(rule.days).where(rule.conversation_id == EVERYWHERE)
        days: int | None = connection.execute(everywhere).scalar_one()
        rows = connection.execute(named).all()
    return {
        "days": days,
        "conversations": [
            {
                "conversation_id": row.conversation_id,
                "kind": row.kind,
                "name": row.name,
                "days": row.days,
            }
            for row in rows
        ],
    }


def change_retention(context: Context, user_id: int, changes: RetentionChanges) -> None:
    """Raises Invalid for a conversation that does not exist."""
    with core_transaction(context.db.engine) as running:
        connection = running.connection
        if "days" in changes.model_fields_set:
            record(connection, "retention.changed", user_id, to=changes.days)
            everywhere = retention_rules.c.conversation_id == EVERYWHERE
            new = update(retention_rules).where(everywhere).values(days=changes.days)
            connection.execute(new)
        _require_conversations(connection, set(changes.conversations))
        for conversation_id, days in changes.conversations.items():
            own = retention_rules.c.conversation_id == conversation_id
            record(connection, "retention.changed", user_id, conversation=conversation_id, to=days)
            if days == "place":
                connection.execute(delete(retention_rules).where(own))
                continue
            rule = insert_into(connection, retention_rules)
            rule = rule.values(conversation_id=conversation_id, days=days)
            connection.execute(
                rule.on_conflict_do_update(index_elements=["conversation_id"], set_={"days": days})
            )


def forget_positions(connection: Connection, conversation_ids: set[int]) -> None:
    """Old messages were added to these conversations: look at them from the beginning."""
    of_those = retention_positions.c.conversation_id.in_(conversation_ids)
    connection.execute(delete(retention_positions).where(of_those))


def _require_conversations(connection: Connection, ids: set[int]) -> None:
    found = set(
        connection.execute(select(conversations.c.id).where(conversations.c.id.in_(ids))).scalars()
    )
    if ids - found:
        missing = min(ids - found)
        raise Invalid.field(f"conversations.{missing}", _("must be the id of a conversation"))
