"""What is done with a poll once it is posted: vote, close."""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from messages_service import errors
from messages_service.actions.roles import moderates
from messages_service.log import POLL_CLOSED, POLL_VOTED, Head, append
from messages_service.models import memberships
from messages_service.models_polls import is_closed, poll_choices, poll_votes, polls
from messages_service.parts import Caller, Parts
from messages_service.payloads import Json
from messages_service.publish import notice, user_topic
from messages_service.queries.polls import choices_of, describe_polls, readable_poll
from servicekit.db import core_transaction
from servicekit.errors import Invalid
from servicekit.times import utcnow


class _NothingToDo(Exception):
    """It is so already; the transaction is undone, and no event tells of it."""


def vote(
    parts: Parts, caller: Caller, voter_id: int, poll_id: int, choice_ids: Collection[int]
) -> None:
    """Choose these instead of what the voter chose before; none takes the vote back."""
    poll = readable_poll(parts.db.session.connection(), caller, poll_id)
    parts.db.session.rollback()

    def change(connection: Connection, head: Head) -> Json:
        _refuse_voting(connection, poll, voter_id, head, is_anyone=caller.is_anyone)
        _refuse_choices(connection, poll, choice_ids)
        mine = set(choices_of(connection, voter_id, [poll_id]).get(poll_id, ()))
        if mine == set(choice_ids):
            raise _NothingToDo
        _replace(connection, poll_id, voter_id, mine, set(choice_ids), head.date)
        data: Json = {"poll": _described(connection, poll_id)}
        return data if poll.anonymous else data | {"user_id": voter_id}

    mine = {
        "poll_id": poll_id,
        "conversation_id": poll.conversation_id,
        "message_id": poll.message_id,
        "my_choice_ids": sorted(set(choice_ids)),
    }
    # The person's other tabs cannot tell from the event who voted, if the poll is anonymous.
    told = [(user_topic(voter_id), notice("poll.mine", mine))]
    _append(parts, poll, POLL_VOTED, change, told)


def close_poll(parts: Parts, caller: Caller, poll_id: int) -> None:
    """End the voting; its author may, and those who moderate there."""
    poll = _closable(parts.db.session.connection(), caller, poll_id)
    parts.db.session.rollback()

    def change(connection: Connection, head: Head) -> Json:
        _closable(connection, caller, poll_id)
        return _close(connection, head, poll_id, caller.user_id)

    _append(parts, poll, POLL_CLOSED, change)


def close_due_polls(parts: Parts) -> None:
    """Tell everybody that those are closed whose time has come."""
    due = select(polls).where(polls.c.closed_at.is_(None), polls.c.closes_at <= utcnow())
    with parts.db.engine.connect() as connection:
        found = connection.execute(due.order_by(polls.c.closes_at).limit(100)).all()
    for poll in found:
        _append(parts, poll, POLL_CLOSED, partial(_close, poll_id=poll.id, by_id=None))


def _closable(connection: Connection, caller: Caller, poll_id: int) -> Row[Any]:
    """Asked before the write lock and again with the conversation's row held, as with messages."""
    poll = readable_poll(connection, caller, poll_id)
    is_author = caller.is_anyone or poll.author_id == caller.user_id
    if not (is_author or moderates(caller, poll)):
        raise errors.not_your_poll()
    return poll


def _close(connection: Connection, head: Head, poll_id: int, by_id: int | None) -> Json:
    still_open = (polls.c.id == poll_id) & polls.c.closed_at.is_(None)
    close = update(polls).where(still_open).values(closed_at=head.date)
    if not connection.execute(close).rowcount:
        raise _NothingToDo
    return {"poll": _described(connection, poll_id), "by_id": by_id}


def _append(
    parts: Parts,
    poll: Row[Any],
    type_: str,
    change: Any,
    told: list[tuple[str, str]] | None = None,
) -> None:
    """Change the poll while its conversation's row is held: votes come one after the other."""
    try:
        with core_transaction(parts.db.engine) as running:
            append(
                running,
                parts.publisher,
                poll.conversation_id,
                type_,
                lambda head: change(running.connection, head),
            )
            if told:
                parts.publisher.announce(running, told)
    except _NothingToDo:
        pass


def _refuse_voting(
    connection: Connection, poll: Row[Any], voter_id: int, head: Head, *, is_anyone: bool
) -> None:
    """As things are now that the conversation's row is held."""
    membership = select(memberships.c.role).where(
        memberships.c.conversation_id == head.id, memberships.c.user_id == voter_id
    )
    now = connection.execute(select(polls).where(polls.c.id == poll.id)).one_or_none()
    is_member = is_anyone or connection.execute(membership).first() is not None
    if now is None or not is_member:
        raise errors.no_such_poll()
    if head.is_archived:
        raise errors.archived_conversation()
    if is_closed(now, head.date):
        raise errors.poll_closed()


def _refuse_choices(connection: Connection, poll: Row[Any], choice_ids: Collection[int]) -> None:
    if len(set(choice_ids)) > 1 and not poll.multiple:
        raise Invalid.field("choice_ids", "must be one choice at most in this poll")
    offered = select(poll_choices.c.id).where(poll_choices.c.poll_id == poll.id)
    if not set(choice_ids) <= set(connection.execute(offered).scalars()):
        raise Invalid.field("choice_ids", "must be choices of this poll")


def _replace(
    connection: Connection, poll_id: int, voter_id: int, old: set[int], new: set[int], now: datetime
) -> None:
    if old - new:
        withdrawn = delete(poll_votes).where(
            poll_votes.c.poll_id == poll_id,
            poll_votes.c.user_id == voter_id,
            poll_votes.c.choice_id.in_(old - new),
        )
        connection.execute(withdrawn)
    mine = {"poll_id": poll_id, "user_id": voter_id, "voted_at": now}
    if new - old:
        connection.execute(
            insert(poll_votes), [mine | {"choice_id": choice} for choice in sorted(new - old)]
        )


def _described(connection: Connection, poll_id: int) -> Json:
    rows = connection.execute(select(polls).where(polls.c.id == poll_id)).all()
    return describe_polls(connection, rows)[0]
