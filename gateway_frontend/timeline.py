"""A conversation's page as rows: messages under shared heads, days, where the new ones begin."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from gateway_frontend.filters import day_name, local

HEAD_LASTS = timedelta(minutes=5)
Message = dict[str, Any]
Row = dict[str, Any]


def rows_of(messages: list[Message], new_after: int | None) -> Iterator[Row]:
    """Rows in order; the "new" line comes after seq `new_after`, if both its sides are here."""
    previous: Message | None = None
    for message in messages:
        starts_day = (
            previous is None or local(previous["date"]).date() != local(message["date"]).date()
        )
        starts_new = (
            new_after is not None
            and previous is not None
            and previous["seq"] <= new_after < message["seq"]
        )
        if starts_day:
            yield {"kind": "day", "label": day_name(message["date"])}
        if starts_new:
            yield {"kind": "new"}
        is_head = starts_day or starts_new or not _shares_head(previous, message)
        yield {"kind": "message", "message": message, "is_head": is_head}
        previous = message


def _shares_head(previous: Message | None, message: Message) -> bool:
    if previous is None or previous["author_id"] != message["author_id"]:
        return False
    earlier, later = (
        datetime.fromisoformat(previous["date"]),
        datetime.fromisoformat(message["date"]),
    )
    return abs(later - earlier) < HEAD_LASTS
