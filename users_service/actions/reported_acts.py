"""Acts that other services report for the audit log."""

from collections.abc import Sequence

from servicekit.data.db import insert_into, transaction
from servicekit.web.json import dumps
from users_service.context import Context
from users_service.models.base import db
from users_service.models.place import AuditEntry
from users_service.schemas.internal import ReportedAct


def store_acts(context: Context, acts: Sequence[ReportedAct]) -> None:
    """Store them, each once: a service that got no answer sends them again."""
    if not acts:
        return
    rows = [act.model_dump() | {"detail": dumps(act.detail)} for act in acts]
    with transaction(context.db) as running:
        connection = running.session.connection()
        table = db.metadata.tables[AuditEntry.__tablename__]
        connection.execute(
            insert_into(connection, table)
            .values(rows)
            .on_conflict_do_nothing(index_elements=["key"])
        )
