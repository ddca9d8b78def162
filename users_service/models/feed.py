"""Tables for the other services: the feed, the keys of access tokens, and the outbox."""

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from servicekit.data.outbox import make_outbox_table
from servicekit.times import utcnow
from users_service.models.base import Base, db


class SigningKey(Base):
    """A key for access tokens. The newest that is not retired signs; a retired one only checks."""

    __tablename__ = "signing_keys"

    kid: Mapped[str] = mapped_column(String(32), primary_key=True)
    public_jwk: Mapped[str] = mapped_column(Text)
    private_pem: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    retired_at: Mapped[datetime | None]


class FeedHead(Base):
    """One row, the feed's last seq. Changes of people and revocations lock it until the commit."""

    __tablename__ = "feed_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_seq: Mapped[int] = mapped_column(server_default=text("0"))


class FeedEntry(Base):
    """A change of a person or session, for the other services to poll."""

    __tablename__ = "feed"
    __table_args__ = (Index("ix_feed_type_date", "type", "date"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(32))
    data: Mapped[str] = mapped_column(Text)
    date: Mapped[datetime] = mapped_column(default=utcnow)


outbox = make_outbox_table(db.metadata)
