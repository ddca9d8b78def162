"""Send messages: alone or many at once, each with its own outcome, and never twice."""

from collections.abc import Sequence
from functools import partial

from messages_service import errors
from messages_service.actions.isolation import isolated
from messages_service.actions.storing import store_locked
from messages_service.drafts import Draft, Outcome, Pending, Sent
from messages_service.parts import Parts
from messages_service.profiles import Profile
from servicekit.data.db import core_transaction, problem_of, transaction
from servicekit.web.errors import Problem


def post_message(parts: Parts, draft: Draft) -> Sent:
    """Store a message, and publish it after the commit; raises Problem.

    Messages that arrive during another transaction share the next one.
    """
    outcome = parts.group_commit.add(_prepare(parts, draft), partial(_store, parts))
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


def post_messages(parts: Parts, drafts: Sequence[Draft]) -> list[Outcome]:
    """Store many messages together; each has its own outcome."""
    prepared = [_prepare_or_refuse(parts, draft) for draft in drafts]
    stored = iter(_store(parts, [item for item in prepared if isinstance(item, Pending)]))
    return [next(stored) if isinstance(item, Pending) else item for item in prepared]


def _prepare_or_refuse(parts: Parts, draft: Draft) -> Pending | Problem:
    try:
        return _prepare(parts, draft)
    except Exception as error:
        parts.db.session.rollback()  # PostgreSQL accepts nothing after a failed statement
        return problem_of(error)


def _prepare(parts: Parts, draft: Draft) -> Pending:
    """Do what needs no lock."""
    author = _active_person(parts, draft.author_id, "author_id")
    recipient = None
    if draft.recipient_id is not None:
        recipient = _active_person(parts, draft.recipient_id, "recipient_id")
    parts.limits.messages.count(author.id)
    return Pending(draft, author, recipient, parts.markdown.render(draft.content))


def _active_person(parts: Parts, user_id: int, field: str) -> Profile:
    person = parts.profiles.find(user_id)
    if person is None:
        raise errors.unknown_person(field)
    if not person.active:
        raise errors.deactivated_person(field)
    return person


def _store(parts: Parts, group: Sequence[Pending]) -> list[Outcome]:
    """Nearly always one transaction; a second one opens missing direct conversations."""
    outcomes = isolated(partial(_store_in_existing, parts), group)
    first_messages = [pending for pending in group if pending not in outcomes]
    outcomes |= isolated(partial(_store_in_new, parts), first_messages)
    return [outcomes[pending] for pending in group]


def _store_in_existing(parts: Parts, group: Sequence[Pending]) -> dict[Pending, Outcome]:
    """Leaves out valid first messages to a person: their conversation does not exist yet."""
    with core_transaction(parts.db.engine) as running:
        return store_locked(parts, running, group)


def _store_in_new(parts: Parts, group: Sequence[Pending]) -> dict[Pending, Outcome]:
    with transaction(parts.db) as running:
        return store_locked(parts, running, group)
