"""E-mails that are to be sent."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from servicekit.times import utcnow
from users_service.models.base import Base


class Mail(Base):
    """An e-mail that is to be sent; the row is deleted afterwards.

    It goes to a person, or to the person with the address `email_key`, if there is one.
    """

    __tablename__ = "mails"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    email_key: Mapped[str | None] = mapped_column(String(1280))
    language: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    due_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)
