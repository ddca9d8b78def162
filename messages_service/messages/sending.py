"""Send messages: alone or many at once, each with its own outcome, and never twice."""

from collections.abc import Sequence
from functools import partial

from messages_service.context import Context
from messages_service.messages.isolation import isolated
from messages_service.messages.outgoing import Outcome, Outgoing, Pending, Sent
from messages_service.messages.storing import store_locked
from servicekit.data.db import core_transaction, problem_of, reading, transaction
from servicekit.web.errors import Problem


def post_message(context: Context, outgoing: Outgoing) -> Sent:
    """Store a message, and publish it after the commit; raises Problem.

    Messages that arrive during another transaction share the next one.
    """
    pending = prepare(context, outgoing)
    with reading(context.db):  # the thread that stores a group also reads people, before the commit
        outcome: Outcome = context.group_commit.add(pending, partial(_store, context))
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


def post_messages(context: Context, batch: Sequence[Outgoing]) -> list[Outcome]:
    """Store many messages together; each has its own outcome."""
    prepared = [_prepare_or_refuse(context, outgoing) for outgoing in batch]
    stored = iter(_store(context, [item for item in prepared if isinstance(item, Pending)]))
    return [next(stored) if isinstance(item, Pending) else item for item in prepared]


def _prepare_or_refuse(context: Context, outgoing: Outgoing) -> Pending | Problem:
    try:
        return prepare(context, outgoing)
    except Exception as error:
        return problem_of(error)


def prepare(context: Context, outgoing: Outgoing) -> Pending:
    """Do what needs no lock; raises Problem."""
    recipient = None
    with reading(context.db):
        author = context.profiles.find_active(outgoing.author_id, "author_id")
        if outgoing.recipient_id is not None:
            recipient = context.profiles.find_active(outgoing.recipient_id, "recipient_id")
    context.limits.check_content(outgoing.content)
    if outgoing.posted_as is None:  # others are counted by their webhook
        context.limits.messages.count(author.id)
    return Pending(outgoing, author, recipient, context.markdown.render(outgoing.content))


def _store(context: Context, group: Sequence[Pending]) -> list[Outcome]:
    """Nearly always one transaction; a second one opens missing direct conversations."""
    outcomes = isolated(partial(_store_in_existing, context), group)
    first_messages = [pending for pending in group if pending not in outcomes]
    outcomes |= isolated(partial(_store_in_new, context), first_messages)
    return [outcomes[pending] for pending in group]


def _store_in_existing(context: Context, group: Sequence[Pending]) -> dict[Pending, Outcome]:
    """Leaves out valid first messages to a person: their conversation does not exist yet."""
    with core_transaction(context.db.engine) as running:
        return store_locked(context, running, group)


def _store_in_new(context: Context, group: Sequence[Pending]) -> dict[Pending, Outcome]:
    with transaction(context.db) as running:
        return store_locked(context, running, group)
