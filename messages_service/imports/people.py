"""The people of an import: users_service finds or creates their accounts, once."""

from collections.abc import Sequence
from typing import Any

from messages_service.context import Context
from messages_service.imports.known import is_own
from messages_service.imports.records import PersonRecord
from messages_service.imports.stage import Stage
from messages_service.people.profiles import insert_unknown
from messages_service.shapes.people import PublishedProfile
from servicekit.data.db import core_transaction
from servicekit.http import ServiceClient, json_of
from servicekit.web.schemas import is_id

AT_ONCE = 200
TIMEOUT = (1.0, 60.0)


class People:
    """Ids and nicknames here, by ids of the other place."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.nicknames: dict[str, str] = {}

    def add(self, external_id: str, profile: PublishedProfile) -> None:
        self.ids[external_id] = int(profile["id"])
        self.nicknames[external_id] = profile["nickname"]


def find_people(context: Context, users: ServiceClient, stage: Stage) -> People:
    """Everybody of the import, with an account here and known to this service."""
    people = People()
    some: list[PersonRecord] = []
    for person in stage.people():
        some.append(person)
        if len(some) == AT_ONCE:
            _find(context, users, stage.source, some, people)
            some = []
    _find(context, users, stage.source, some, people)
    return people


def _find(
    context: Context,
    users: ServiceClient,
    source: str,
    some: Sequence[PersonRecord],
    people: People,
) -> None:
    others = _add_own(context, source, some, people)
    if not others:
        return
    body = {"source": source, "people": [person.model_dump() for person in others]}
    answer = users.post("/internal/people/import", json=body, timeout=TIMEOUT)
    found = json_of(answer, list[dict[str, Any]])
    with core_transaction(context.db.engine) as running:
        for each in found:
            insert_unknown(running.connection, each["profile"])
            people.add(each["id"], each["profile"])


def _add_own(
    context: Context, source: str, some: Sequence[PersonRecord], people: People
) -> list[PersonRecord]:
    """Match the people of this Parley's own export by their ids; returns the others."""
    with context.db.engine.connect() as connection:
        if not is_own(connection, source):
            return list(some)
    known = context.profiles.find_many(int(person.id) for person in some if is_id(person.id))
    others = []
    for person in some:
        profile = known.get(int(person.id)) if is_id(person.id) else None
        if profile is None:
            others.append(person)
        else:
            people.ids[person.id], people.nicknames[person.id] = profile.id, profile.nickname
    return others
