"""UTC times: reading the clock, formatting."""

from datetime import UTC, datetime


def utcnow() -> datetime:
    """The current time, as an aware datetime in UTC."""
    return datetime.now(UTC)


def isoformat(moment: datetime) -> str:
    """ISO 8601 with microseconds and `Z`: `2026-11-21T03:04:05.123456Z`."""
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return in_utc.isoformat(timespec="microseconds")[: -len("+00:00")] + "Z"
