"""The database and the base class of the tables."""

from datetime import datetime

from sqlalchemy.orm import DeclarativeBase

from servicekit.data.columns import UtcDateTime
from servicekit.data.db import make_db

db = make_db()


class Base(DeclarativeBase):
    """Base class of the tables."""

    metadata = db.metadata
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 (SQLAlchemy reads it from the class)
