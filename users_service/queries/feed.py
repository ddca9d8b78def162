"""Reads of the feed."""

import orjson
from sqlalchemy import func, or_, select

from servicekit.identity.feed import PLACE_CHANGED
from servicekit.times import utcnow
from users_service.context import Context
from users_service.feed import REVOCATION_LIFETIME, REVOCATIONS
from users_service.models.feed import FeedEntry, FeedHead
from users_service.shapes.feed import FeedPage

FROM_NOW = -1


def read_feed(context: Context, after: int, limit: int) -> FeedPage:
    """Entries after that seq; for FROM_NOW, the recent revocations and the place's settings."""
    session = context.db.session()
    last_seq = session.execute(select(FeedHead.last_seq)).scalar_one()
    entries = select(FeedEntry).order_by(FeedEntry.seq).limit(limit)
    if after == FROM_NOW:
        is_recent = FeedEntry.date > utcnow() - REVOCATION_LIFETIME
        places = select(func.max(FeedEntry.seq)).where(FeedEntry.type == PLACE_CHANGED)
        entries = entries.where(
            or_(
                FeedEntry.type.in_(REVOCATIONS) & is_recent,
                FeedEntry.seq == places.scalar_subquery(),
            )
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
