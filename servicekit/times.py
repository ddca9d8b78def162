"""UTC times: reading the clock, formatting."""

from datetime import UTC, datetime


def utcnow() -> datetime:
    """The current time, as an aware datetime in UTC."""
    return datetime.now(UTC)


def isoformat(moment: datetime) -> str:
    """ISO 8601 with microseconds and `Z`: `2026-11-21T03:04:05.123456Z`."""
    text = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return text.removesuffix("+00:00") + "Z"
