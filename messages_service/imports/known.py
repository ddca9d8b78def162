"""Rows of earlier imports, by their ids in the place that they came from."""

from collections.abc import Mapping, Sequence
from typing import Literal

from sqlalchemy import Connection, Table, insert, select

from messages_service.exports.place import PLACE_ID
from messages_service.imports.models import imported_ids
from messages_service.models import conversations, messages, meta
from servicekit.web.schemas import is_id

Kind = Literal["conversation", "message"]
TABLES: Mapping[Kind, Table] = {"conversation": conversations, "message": messages}


def find_known(
    connection: Connection, source: str, kind: Kind, external_ids: Sequence[str]
) -> dict[str, int]:
    """The ids here of entries that were imported before. Parley's own exports keep their ids."""
    query = select(imported_ids.c.external_id, imported_ids.c.local_id).where(
        imported_ids.c.source == source,
        imported_ids.c.kind == kind,
        imported_ids.c.external_id.in_(external_ids),
    )
    found: dict[str, int] = {row.external_id: row.local_id for row in connection.execute(query)}
    if is_own(connection, source):
        table = TABLES[kind]
        ids = [int(each) for each in external_ids if is_id(each)]
        own = select(table.c.id).where(table.c.id.in_(ids))
        found |= {str(id_): id_ for id_ in connection.execute(own).scalars()}
    return found


def remember(connection: Connection, source: str, kind: Kind, ids: Mapping[str, int]) -> None:
    rows = [
        {"source": source, "kind": kind, "external_id": external_id, "local_id": local_id}
        for external_id, local_id in ids.items()
    ]
    if rows:
        connection.execute(insert(imported_ids), rows)


def is_own(connection: Connection, source: str) -> bool:
    """Whether this Parley is the place that the import comes from."""
    query = select(meta.c.value).where(meta.c.key == PLACE_ID)
    own = connection.execute(query).scalar_one_or_none()
    return own is not None and source == f"parley:{own}"
