"""Accounts of people and bots, and their pictures."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, true
from sqlalchemy.orm import Mapped, mapped_column

from servicekit.times import utcnow
from users_service.models.base import Base
from users_service.shapes.people import Status
from users_service.shapes.values import Role, Theme


class User(Base):
    """A person, or a bot. Never deleted: messages keep their author."""

    __tablename__ = "users"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    search_key: Mapped[str] = mapped_column(Text)
    nickname: Mapped[str] = mapped_column(String(32))
    nickname_key: Mapped[str] = mapped_column(String(128), unique=True)
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(1280), unique=True)
    role: Mapped[Role] = mapped_column(String(16))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    email_verified_at: Mapped[datetime | None]
    avatar_digest: Mapped[str | None] = mapped_column(String(16))
    title: Mapped[str | None] = mapped_column(Text)
    time_zone: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    theme: Mapped[Theme] = mapped_column(String(8), default="system", server_default="system")
    status_emoji: Mapped[str | None] = mapped_column(Text)
    status_text: Mapped[str] = mapped_column(Text, default="", server_default="")
    status_until: Mapped[datetime | None]
    dnd_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow)

    @property
    def avatar_url(self) -> str | None:
        """Changes with the picture, so that it can be cached for good."""
        if self.avatar_digest is None:
            return None
        return f"/api/users/{self.id}/avatar?v={self.avatar_digest}"

    @property
    def status(self) -> Status | None:
        """None as well after its end, before `end_past_statuses` has removed it."""
        is_empty = self.status_emoji is None and not self.status_text
        if is_empty or _is_past(self.status_until):
            return None
        return {"emoji": self.status_emoji, "text": self.status_text, "until": self.status_until}

    @property
    def quiet_until(self) -> datetime | None:
        """`dnd_until`, unless it is over."""
        return None if _is_past(self.dnd_until) else self.dnd_until


class Avatar(Base):
    """A person's picture, apart from the person so that lists do not read it."""

    __tablename__ = "avatars"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


def _is_past(moment: datetime | None) -> bool:
    return moment is not None and moment <= utcnow()
