"""Reads of the feed."""

import orjson
from sqlalchemy import select

from servicekit.times import utcnow
from users_service.context import Context
from users_service.feed import REVOCATION_LIFETIME, REVOCATIONS
from users_service.models.feed import FeedEntry, FeedHead
from users_service.shapes.feed import FeedPage

FROM_NOW = -1


def read_feed(context: Context, after: int, limit: int) -> FeedPage:
    """Entries after that seq; for FROM_NOW, the recent revocations."""
    session = context.db.session()
    last_seq = session.execute(select(FeedHead.last_seq)).scalar_one()
    entries = select(FeedEntry).order_by(FeedEntry.seq).limit(limit)
    if after == FROM_NOW:
        entries = entries.where(
            FeedEntry.type.in_(REVOCATIONS), FeedEntry.date > utcnow() - REVOCATION_LIFETIME
        )
    else:
        entries = entries.where(FeedEntry.seq > after)
    return {
        "entries": [
            {"seq": e.seq, "type": e.type, "data": orjson.loads(e.data), "date": e.date}
            for e in session.scalars(entries)
        ],
        "last_seq": last_seq,
    }
