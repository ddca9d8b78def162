"""Change a poll: vote, close."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from messages_service import errors
from messages_service.caller import Caller, acting_person
from messages_service.context import Context
from messages_service.log import POLL_CLOSED, POLL_VOTED, Change, changing
from messages_service.membership.access import refuse_blocked
from messages_service.membership.roles import moderates
from messages_service.models import memberships
from messages_service.polls.models import is_closed, poll_choices, poll_votes, polls
from messages_service.polls.queries import choices_of, describe_polls, is_not_deleted, readable_poll
from messages_service.polls.schemas import NewVote
from messages_service.publish import POLL_MINE
from messages_service.shapes.events import VoteData
from messages_service.shapes.messages import Poll
from messages_service.shapes.notices import MyVote
from servicekit.language import _
from servicekit.times import utcnow
from servicekit.web.errors import Invalid


def vote(context: Context, caller: Caller, poll_id: int, ballot: NewVote) -> None:
    """Replace the voter's earlier choices; no choices withdraw the vote."""
    voter_id, choice_ids = acting_person(context, caller, ballot.author_id), ballot.choice_ids
    poll = readable_poll(context.connection, caller, poll_id)
    with changing(context, poll.conversation_id) as change:
        _check_voting(change, poll_id, voter_id, is_anonymous=caller.is_anonymous)
        _check_choices(change.connection, poll, choice_ids)
        new = set(choice_ids)
        old = set(choices_of(change.connection, voter_id, [poll_id]).get(poll_id, ()))
        if old == new:
            return
        _replace(change.connection, poll_id, voter_id, old, new, change.date)
        voted: VoteData = {"poll": _described(change.connection, poll_id)}
        if not poll.anonymous:
            voted["user_id"] = voter_id
        change.record(POLL_VOTED, voted, poll_id=poll_id)
        # The event of an anonymous poll does not tell the person's other tabs who voted.
        mine: MyVote = {
            "poll_id": poll_id,
            "conversation_id": poll.conversation_id,
            "message_id": poll.message_id,
            "my_choice_ids": sorted(new),
        }
        change.notify(voter_id, POLL_MINE, mine)


def close_poll(context: Context, caller: Caller, poll_id: int) -> None:
    """End the voting; the poll's author may, and the conversation's moderators."""
    poll = _closable(context.connection, caller, poll_id)
    with changing(context, poll.conversation_id) as change:
        _closable(change.connection, caller, poll_id)
        _close(change, poll_id, caller.user_id)


def close_due_polls(context: Context) -> None:
    """Close the polls that are past their end, and publish it."""
    due = select(polls).where(
        polls.c.closed_at.is_(None), polls.c.closes_at <= utcnow(), is_not_deleted
    )
    with context.db.engine.connect() as connection:
        found = connection.execute(due.order_by(polls.c.closes_at).limit(100)).all()
    for poll in found:
        with changing(context, poll.conversation_id) as change:
            _close(change, poll.id, None)


def _closable(connection: Connection, caller: Caller, poll_id: int) -> Row[Any]:
    """Check before the conversation is locked and again afterwards, as for messages."""
    poll = readable_poll(connection, caller, poll_id)
    is_author = caller.is_anonymous or poll.author_id == caller.user_id
    if not (is_author or moderates(caller, poll)):
        raise errors.not_your_poll()
    return poll


def _close(change: Change, poll_id: int, by_id: int | None) -> None:
    still_open = (polls.c.id == poll_id) & polls.c.closed_at.is_(None) & is_not_deleted
    close = update(polls).where(still_open).values(closed_at=change.date)
    if change.connection.execute(close).rowcount:
        poll = _described(change.connection, poll_id)
        change.record(POLL_CLOSED, {"poll": poll, "by_id": by_id}, poll_id=poll_id)


def _check_voting(change: Change, poll_id: int, voter_id: int, *, is_anonymous: bool) -> None:
    """Check with the conversation locked: the voter may have been removed in between."""
    membership = select(memberships.c.role).where(
        memberships.c.conversation_id == change.conversation_id, memberships.c.user_id == voter_id
    )
    query = select(polls).where(polls.c.id == poll_id, is_not_deleted)
    poll = change.connection.execute(query).one_or_none()
    is_member = is_anonymous or change.connection.execute(membership).first() is not None
    if poll is None or not is_member:
        raise errors.no_such_poll()
    if change.is_archived:
        raise errors.archived_conversation()
    refuse_blocked(change.connection, change.direct_key, voter_id)
    if is_closed(poll, change.date):
        raise errors.poll_closed()


def _check_choices(connection: Connection, poll: Row[Any], choice_ids: Collection[int]) -> None:
    if len(set(choice_ids)) > 1 and not poll.multiple:
        raise Invalid.field("choice_ids", _("must be one choice at most in this poll"))
    offered = select(poll_choices.c.id).where(poll_choices.c.poll_id == poll.id)
    if not set(choice_ids) <= set(connection.execute(offered).scalars()):
        raise Invalid.field("choice_ids", _("must be choices of this poll"))


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


def _described(connection: Connection, poll_id: int) -> Poll:
    rows = connection.execute(select(polls).where(polls.c.id == poll_id)).all()
    return describe_polls(connection, rows)[0]
