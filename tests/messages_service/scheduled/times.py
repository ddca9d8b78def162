"""Times at which messages are sent, and making one of them now."""

from datetime import timedelta

from sqlalchemy import Engine, update

from messages_service.scheduled.models import scheduled_messages
from servicekit.times import isoformat, utcnow
from tests.messages_service.conftest import Person


def from_now(**duration: float) -> str:
    return isoformat(utcnow() + timedelta(**duration))


def schedule_due(person: Person, engine: Engine, room: int, content: str) -> int:
    """A scheduled message whose time has just come; its id."""
    body = {"conversation_id": room, "content": content, "send_at": from_now(hours=1)}
    answer = person.post("/api/scheduled", body)
    assert answer.status_code == 201, answer.text
    scheduled_id: int = answer.json["id"]
    with engine.begin() as connection:
        connection.execute(
            update(scheduled_messages)
            .where(scheduled_messages.c.id == scheduled_id)
            .values(send_at=utcnow())
        )
    return scheduled_id
