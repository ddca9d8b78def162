"""The list of the people whom somebody has blocked."""

from messages_service.shapes.people import Person


class BlockedPerson(Person):
    blocked_at: str
