"""The place's settings, its icon, its audit log, and the people of imports."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from users_service.models.base import Base
from users_service.shapes.values import Registration


class Place(Base):
    """One row, if an admin has set something; a null field has the value of the environment.

    `limits` is a JSON object of those that were set.
    """

    __tablename__ = "place"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str | None] = mapped_column(Text)
    registration: Mapped[Registration | None] = mapped_column(String(8))
    icon_digest: Mapped[str | None] = mapped_column(String(16))
    limits: Mapped[str | None] = mapped_column(Text)
    next_steps_dismissed: Mapped[bool] = mapped_column(default=False, server_default=false())


class PlaceIcon(Base):
    """One row, the place's icon, apart from the settings, which are read more often."""

    __tablename__ = "place_icon"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class AuditEntry(Base):
    """An act of somebody, in this service or another; written once, in the act's transaction.

    `user_id` is the person concerned, `detail` a JSON object. Another service gives a `key`, so
    that an entry that it sends twice is stored once.
    """

    __tablename__ = "audit"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(String(36), unique=True)
    date: Mapped[datetime] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(40), index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(String(64))
    detail: Mapped[str] = mapped_column(Text)


class ImportedPerson(Base):
    """The account of a person of an import, so that a second import finds it again."""

    __tablename__ = "imported_people"

    source: Mapped[str] = mapped_column(String(100), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
