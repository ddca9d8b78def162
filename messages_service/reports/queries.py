"""Read reports, with the people and the conversation that they name."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Row, Select, func, select

from messages_service import errors, payloads
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.models import conversations, messages
from messages_service.reports.models import reports
from messages_service.reports.schemas import ReportListQuery
from messages_service.reports.shapes import Report
from servicekit.data.pages import page_of, without_surplus
from servicekit.times import isoformat


def list_reports(
    context: Context, caller: Caller, query: ReportListQuery
) -> tuple[list[Report], bool]:
    """A page of the open or the closed reports, latest first, and whether there are more."""
    is_closed = reports.c.closed_at.is_not(None)
    rows = _reports().where(is_closed if query.closed else ~is_closed)
    wanted = page_of(rows.order_by(reports.c.id.desc()), reports.c.id, query)
    found, has_more = without_surplus(context.connection.execute(wanted).all(), query)
    return _shown(context, caller, found), has_more


def get_report(context: Context, caller: Caller, report_id: int) -> Report:
    """For admins and the reporter; raises NotFound."""
    row = context.connection.execute(_reports().where(reports.c.id == report_id)).one_or_none()
    if row is None or not (caller.is_admin or row.reporter_id == caller.user_id):
        raise errors.no_such_report()
    return _shown(context, caller, [row])[0]


def count_open(context: Context) -> int:
    query = select(func.count()).where(reports.c.closed_at.is_(None))
    count: int = context.connection.execute(query).scalar_one()
    return count


def _reports() -> Select[Any]:
    return select(
        reports,
        messages.c.conversation_id,
        messages.c.author_id,
        messages.c.deleted_at,
        conversations.c.kind,
        conversations.c.name,
    ).select_from(reports.join(messages).join(conversations))


def _shown(context: Context, caller: Caller, rows: Sequence[Row[Any]]) -> list[Report]:
    excerpts = [orjson.loads(row.excerpt) if row.excerpt else [] for row in rows]
    people = {entry["author_id"] for excerpt in excerpts for entry in excerpt}
    people |= {id_ for row in rows for id_ in (row.reporter_id, row.author_id)}
    profiles = context.profiles.find_many(people)
    return [
        {
            "id": row.id,
            "message_id": row.message_id,
            "conversation_id": row.conversation_id,
            "conversation_kind": row.kind,
            "conversation_name": row.name,
            "author": payloads.person(profiles, row.author_id),
            # An administrator who is reported does not learn by whom.
            "reporter": None
            if row.author_id == caller.user_id
            else payloads.person(profiles, row.reporter_id),
            "reason": row.reason,
            "excerpt": [
                {
                    "message_id": entry["message_id"],
                    "author": payloads.person(profiles, entry["author_id"]),
                    "content": entry["content"],
                    "date": entry["date"],
                }
                for entry in excerpt
            ],
            "deleted": row.deleted_at is not None,
            "created_at": isoformat(row.created_at),
            "closed_at": payloads.moment(row.closed_at),
            "closed_by": row.closed_by,
        }
        for row, excerpt in zip(rows, excerpts, strict=True)
    ]
