"""Polls as clients see them; votes are always counted, never added up."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, exists, func, select

from messages_service import errors
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.models import conversations, memberships, messages
from messages_service.page_sizes import fits, with_running_size
from messages_service.payloads import moment
from messages_service.polls.models import MAX_CHOICES, is_closed, poll_choices, poll_votes, polls
from messages_service.polls.schemas import PollListQuery
from messages_service.shapes.messages import Message, Poll, PollChoice
from servicekit.data.pages import page_of
from servicekit.times import isoformat, utcnow

SHOWN_VOTERS = 50
"""Voters named per choice, the first ones; `votes` counts all."""
CHOICE_CHARACTERS = 60
"""The fields of a choice's JSON beside its text."""
VOTER_CHARACTERS = 8


is_not_deleted = ~exists().where(
    messages.c.id == polls.c.message_id, messages.c.deleted_at.is_not(None)
)
"""A poll stays for a while after its message is deleted, because that can be undone."""


def readable_poll(connection: Connection, caller: Caller, poll_id: int) -> Row[Any]:
    """A poll of a conversation that the caller is in, with its `kind` and their `role` there."""
    mine = and_(
        memberships.c.conversation_id == polls.c.conversation_id,
        memberships.c.user_id == caller.user_id,
    )
    query = (
        select(polls, conversations.c.kind, memberships.c.role)
        .select_from(polls.join(conversations).outerjoin(memberships, mine))
        .where(polls.c.id == poll_id, is_not_deleted)
    )
    row = connection.execute(query).one_or_none()
    if row is None or not (row.role or caller.is_anonymous):
        raise errors.no_such_poll()
    return row


def list_polls(context: Context, caller: Caller, query: PollListQuery) -> tuple[list[Poll], bool]:
    """A page of the polls that the caller may see, newest first, and whether there are more."""
    wanted = select(polls).where(is_not_deleted)
    if not caller.is_anonymous:
        mine = select(memberships.c.conversation_id).where(memberships.c.user_id == caller.user_id)
        wanted = wanted.where(polls.c.conversation_id.in_(mine))
    if query.conversation_id is not None:
        wanted = wanted.where(polls.c.conversation_id == query.conversation_id)
    sizes = wanted.with_only_columns(polls.c.id, _size().label("size"))
    newest_first = page_of(sizes.order_by(polls.c.id.desc()), polls.c.id, query)
    sized = with_running_size(newest_first, "id", descending=True)
    page = (
        select(polls, sized.c.found)
        .join(sized, sized.c.id == polls.c.id)
        .where(fits(sized))
        .order_by(polls.c.id.desc())
        .limit(query.limit)
    )
    connection = context.connection
    rows = connection.execute(page).all()
    has_more = bool(rows) and rows[0].found > len(rows)
    return describe_for(connection, caller, rows), has_more


def poll_for(context: Context, caller: Caller, poll_id: int) -> Poll:
    """One poll as the caller sees it; raises NotFound."""
    connection = context.connection
    row = readable_poll(connection, caller, poll_id)
    return describe_for(connection, caller, [row])[0]


def describe_for(connection: Connection, caller: Caller, rows: Sequence[Row[Any]]) -> list[Poll]:
    """Polls with the caller's choices."""
    described = describe_polls(connection, rows)
    chosen = choices_of(connection, caller.user_id, [row.id for row in rows])
    for poll in described:
        poll["my_choice_ids"] = chosen.get(poll["id"], [])
    return described


def describe_polls(connection: Connection, rows: Sequence[Row[Any]]) -> list[Poll]:
    """Polls (rows of `polls`) as everybody sees them, however many in four queries."""
    if not rows:
        return []
    ids, now = [row.id for row in rows], utcnow()
    choices = _choices(connection, ids)
    votes, voters = _votes(connection, ids), _voters(connection, ids)
    people = _voter_counts(connection, ids)
    described = []
    for row in rows:
        shown = [_choice(row, choice, votes, voters) for choice in choices.get(row.id, ())]
        described.append(_poll(row, is_closed(row, now), people.get(row.id, 0), shown))
    return described


def polls_of(connection: Connection, message_ids: Sequence[int]) -> dict[int, Poll]:
    """The polls that these messages are, by message."""
    query = select(polls).where(polls.c.message_id.in_(message_ids))
    rows = connection.execute(query).all()
    return {poll["message_id"]: poll for poll in describe_polls(connection, rows)}


def choices_of(
    connection: Connection, user_id: int | None, poll_ids: Sequence[int]
) -> dict[int, list[int]]:
    """A person's choices in each of the polls."""
    if user_id is None or not poll_ids:
        return {}
    query = (
        select(poll_votes.c.poll_id, poll_votes.c.choice_id)
        .where(poll_votes.c.poll_id.in_(poll_ids), poll_votes.c.user_id == user_id)
        .order_by(poll_votes.c.choice_id)
    )
    return _grouped(connection, query)


def add_my_choices(context: Context, caller: Caller, messages: Iterable[Message]) -> None:
    """Add the caller's choices to the polls of these messages; not for the log, which all share."""
    found = [message["poll"] for message in messages if message["poll"]]
    if found:
        connection = context.connection
        chosen = choices_of(connection, caller.user_id, [poll["id"] for poll in found])
        for poll in found:
            poll["my_choice_ids"] = chosen.get(poll["id"], [])


def _poll(row: Row[Any], closed: bool, voter_count: int, choices: list[PollChoice]) -> Poll:
    return {
        "id": row.id,
        "conversation_id": row.conversation_id,
        "message_id": row.message_id,
        "author_id": row.author_id,
        "question": row.question,
        "published_at": isoformat(row.published_at),
        "multiple": row.multiple,
        "anonymous": row.anonymous,
        "closes_at": moment(row.closes_at),
        "closed_at": moment(row.closed_at),
        "closed": closed,
        "voter_count": voter_count,
        "choices": choices,
    }


def _choice(
    poll: Row[Any], choice: Row[Any], votes: dict[int, int], voters: dict[int, list[int]]
) -> PollChoice:
    shown: PollChoice = {"id": choice.id, "choice": choice.choice, "votes": votes.get(choice.id, 0)}
    if not poll.anonymous:
        shown["voters"] = voters.get(choice.id, [])
    return shown


def _choices(connection: Connection, poll_ids: list[int]) -> dict[int, list[Row[Any]]]:
    query = (
        select(poll_choices)
        .where(poll_choices.c.poll_id.in_(poll_ids))
        .order_by(poll_choices.c.poll_id, poll_choices.c.position)
    )
    found: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(query):
        found.setdefault(row.poll_id, []).append(row)
    return found


def _votes(connection: Connection, poll_ids: list[int]) -> dict[int, int]:
    query = (
        select(poll_votes.c.choice_id, func.count().label("votes"))
        .where(poll_votes.c.poll_id.in_(poll_ids))
        .group_by(poll_votes.c.choice_id)
    )
    return {row.choice_id: row.votes for row in connection.execute(query)}


def _voter_counts(connection: Connection, poll_ids: list[int]) -> dict[int, int]:
    query = (
        select(poll_votes.c.poll_id, func.count(poll_votes.c.user_id.distinct()).label("people"))
        .where(poll_votes.c.poll_id.in_(poll_ids))
        .group_by(poll_votes.c.poll_id)
    )
    return {row.poll_id: row.people for row in connection.execute(query)}


def _voters(connection: Connection, poll_ids: list[int]) -> dict[int, list[int]]:
    """The first voters of each choice, in the order of their votes."""
    by_time = (poll_votes.c.voted_at, poll_votes.c.user_id)
    place = func.row_number().over(partition_by=poll_votes.c.choice_id, order_by=by_time)
    ranked = (
        select(poll_votes.c.choice_id, poll_votes.c.user_id, place.label("place"))
        .join(polls, polls.c.id == poll_votes.c.poll_id)
        .where(poll_votes.c.poll_id.in_(poll_ids), ~polls.c.anonymous)
        .subquery()
    )
    query = (
        select(ranked.c.choice_id, ranked.c.user_id)
        .where(ranked.c.place <= SHOWN_VOTERS)
        .order_by(ranked.c.choice_id, ranked.c.place)
    )
    return _grouped(connection, query)


def _size() -> ColumnElement[int]:
    """The characters of a poll's texts, and of as many voters as it can name."""
    choice = func.length(poll_choices.c.choice) + CHOICE_CHARACTERS
    choices = select(func.coalesce(func.sum(choice), 0)).where(poll_choices.c.poll_id == polls.c.id)
    votes = select(func.count()).where(poll_votes.c.poll_id == polls.c.id).scalar_subquery()
    most = SHOWN_VOTERS * MAX_CHOICES
    voters = case((polls.c.anonymous, 0), (votes > most, most), else_=votes)
    texts = func.length(polls.c.question) + choices.scalar_subquery()
    return texts + VOTER_CHARACTERS * voters


def _grouped(connection: Connection, query: Select[Any]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for key, value in connection.execute(query):
        found.setdefault(key, []).append(value)
    return found
