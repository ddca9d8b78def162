"""People of an import: found again by their ids there, matched with accounts, or created."""

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from servicekit.data.db import Transaction, transaction
from servicekit.identity.feed import USER_CREATED
from servicekit.times import utcnow
from users_service import feed
from users_service.context import Context
from users_service.models.people import User
from users_service.models.place import ImportedPerson
from users_service.names import (
    MAX_NICKNAME,
    clean_email,
    clean_name,
    clean_nickname,
    comparison_key,
    search_key,
)
from users_service.schemas.internal import PersonToImport
from users_service.shapes.feed import Profile
from users_service.shapes.values import Role

NOBODY_THERE: Final = "import.invalid"
"""The host of addresses that stand for missing ones; it never exists (RFC 2606)."""
ROLES: Final[dict[str, Role]] = {"guest": "guest", "bot": "bot"}
"""Nobody becomes an admin by an import."""
_NOT_ALLOWED = re.compile(r"[^\w.-]+")
audit = structlog.stdlib.get_logger("parley.audit")


def import_people(
    context: Context, source: str, people: Sequence[PersonToImport]
) -> list[tuple[str, Profile]]:
    """Find or create the accounts of these people; returns account ids by their ids there.

    A person is matched by e-mail address, or by nickname if the import has no address. Others get
    a deactivated account without password.
    """
    with transaction(context.db) as running:
        feed.lock(running)
        found = []
        for person in people:
            user = _known(running.session, source, person.id)
            if user is None:
                user = _matching(running.session, person) or _create(context, running, person)
                row = ImportedPerson(source=source, external_id=person.id, user_id=user.id)
                running.session.add(row)
                running.session.flush()
            found.append((person.id, feed.profile_of(user)))
    return found


def _known(session: Session, source: str, external_id: str) -> User | None:
    return session.scalar(
        select(User)
        .join(ImportedPerson, ImportedPerson.user_id == User.id)
        .where(ImportedPerson.source == source, ImportedPerson.external_id == external_id)
    )


def _matching(session: Session, person: PersonToImport) -> User | None:
    if person.email is not None:
        is_same = User.email_key == comparison_key(person.email)
    else:
        is_same = User.nickname_key == comparison_key(person.nickname)
    return session.scalar(select(User).where(is_same))


def _create(context: Context, running: Transaction, person: PersonToImport) -> User:
    session, now = running.session, utcnow()
    nickname = _free_nickname(session, _nickname(person.nickname))
    email = _cleaned(clean_email, person.email or "") or _stand_in(person)
    name = _cleaned(clean_name, person.name) or nickname
    role: Role = ROLES.get(person.role, "member")
    user = User(
        name=name,
        search_key=search_key(name, nickname),
        nickname=nickname,
        nickname_key=comparison_key(nickname),
        email=email,
        email_key=comparison_key(email),
        role=role,
        active=False,
        created_at=now,
        updated_at=now,
    )
    session.add(user)
    session.flush()
    feed.append_user(running, context.publisher, USER_CREATED, user)
    audit.info("account imported", user_id=user.id)
    return user


def _nickname(wanted: str) -> str:
    made = _cleaned(clean_nickname, wanted)
    if made is None:
        plain = _NOT_ALLOWED.sub("-", wanted).strip("-._")[:MAX_NICKNAME]
        made = _cleaned(clean_nickname, plain)
    return made or "imported"


def _free_nickname(session: Session, nickname: str) -> str:
    free, number = nickname, 1
    while session.scalar(select(User.id).where(User.nickname_key == comparison_key(free))):
        number += 1
        end = f"-{number}"
        free = nickname[: MAX_NICKNAME - len(end)] + end
    return free


def _stand_in(person: PersonToImport) -> str:
    """An address that nobody has, for an account without one."""
    digest = hashlib.sha256(f"{person.id}\n{person.nickname}\n{utcnow()}".encode()).hexdigest()
    return f"{digest[:24]}@{NOBODY_THERE}"


def _cleaned(clean: Callable[[str], str], text: str) -> str | None:
    try:
        return clean(text)[:100] if text else None
    except ValueError:
        return None
