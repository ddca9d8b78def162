"""Inserts the messages of an import, and what belongs to them."""

from types import SimpleNamespace

from sqlalchemy import Connection, insert, update

from messages_service.attachments.actions import attach
from messages_service.forwards.models import forwards
from messages_service.imports.conversations import Target
from messages_service.imports.known import remember
from messages_service.imports.people import People
from messages_service.imports.records import ForwardRecord, PollRecord
from messages_service.imports.rendering import named
from messages_service.imports.stage import Stage, Staged
from messages_service.indexing.entries import refresh_entries
from messages_service.markdown import without_markup
from messages_service.mentions.actions import store_mentions
from messages_service.messages.reaction_limits import MAX_EMOJI_PER_MESSAGE
from messages_service.models import message_edits, messages, other_of_direct, reactions
from messages_service.polls.models import poll_choices, poll_votes, polls
from messages_service.threads.replies import store_replies

ELSEWHERE = 0
"""The message and conversation of a forward whose original is not here."""


def insert_messages(connection: Connection, stage: Stage, people: People, target: Target) -> int:
    """Insert the new messages; their entries of the log follow. Returns their number."""
    count = 0
    for batch in stage.batches(target.record.id):
        new = {}
        for staged in batch:
            if staged.local_id is None:
                message_id = _insert(connection, stage, people, target, staged)
                stage.set_local(staged.record.id, message_id)
                new[staged.record.id] = message_id
        remember(connection, stage.source, "message", new)
        refresh_entries(connection, list(new.values()))
        count += len(new)
    for thread_id in sorted(target.thread_ids):
        store_replies(connection, thread_id)
    return count


def link_forwards(connection: Connection, stage: Stage, target: Target) -> None:
    """Name the originals of forwards that were imported, too."""
    for batch in stage.batches(target.record.id):
        wanted = {
            staged.record.forwarded_from.message_id: staged.local_id
            for staged in batch
            if staged.record.forwarded_from and staged.local_id
        }
        originals = stage.local_ids(list(wanted)) if wanted else {}
        for external_id, original_id in originals.items():
            original = messages.select().where(messages.c.id == original_id)
            row = connection.execute(original).one_or_none()
            if row is not None:
                values = {
                    "original_id": row.id,
                    "conversation_id": row.conversation_id,
                    "seq": row.seq,
                }
                of_message = forwards.c.message_id == wanted[external_id]
                unknown = forwards.c.original_id == ELSEWHERE
                connection.execute(update(forwards).where(of_message, unknown).values(values))


def _insert(
    connection: Connection,
    stage: Stage,
    people: People,
    target: Target,
    staged: Staged,
) -> int:
    record, change = staged.record, target.change
    replied = [each for each in (record.reply_to, record.thread_id) if each]
    local = stage.local_ids(replied) if replied else {}
    thread_id = local.get(record.thread_id or "")
    author_id = people.ids[record.author_id]
    target.seq += 1
    is_direct = change.direct_key is not None
    forward = record.forwarded_from
    row = {
        "conversation_id": change.conversation_id,
        "seq": target.seq,
        "author_id": author_id,
        "recipient_id": other_of_direct(change.direct_key or "", author_id) if is_direct else None,
        "content": "" if record.deleted_at else named(record.content, people.nicknames),
        "html": staged.html,
        "reply_to": local.get(record.reply_to or ""),
        "thread_id": thread_id,
        "in_conversation": thread_id is None or record.also_in_conversation,
        "created_at": record.date,
        "edited_at": record.edited_at,
        "deleted_at": record.deleted_at,
        "quoted_size": len(forward.content) + len(staged.forward_html) if forward else 0,
    }
    made = connection.execute(insert(messages).values(row).returning(messages.c.id))
    message_id: int = made.scalar_one()
    if thread_id is not None:
        target.thread_ids.add(thread_id)
    if record.deleted_at is None:
        _insert_beside(connection, stage, people, target, staged, message_id)
    return message_id


def _insert_beside(
    connection: Connection,
    stage: Stage,
    people: People,
    target: Target,
    staged: Staged,
    message_id: int,
) -> None:
    record = staged.record
    shown = SimpleNamespace(
        id=message_id, conversation_id=target.change.conversation_id, seq=target.seq
    )
    store_mentions(connection, shown, staged.mentions)
    attach(connection, stage.files_of(record.id), message_id)
    _insert_reactions(connection, people, staged, message_id)
    if record.poll:
        _insert_poll(connection, people, target, staged, message_id, record.poll)
    if record.forwarded_from:
        _insert_forward(connection, people, staged, message_id, record.forwarded_from)
    if record.pinned:
        target.pins.append((message_id, record.pinned))
    for version in record.versions:
        target.seq += 1
        row = {
            "message_id": message_id,
            "seq": target.seq,
            "content": named(version.content, people.nicknames),
            "html": without_markup(named(version.content, people.nicknames)),
            "written_at": version.date,
        }
        connection.execute(insert(message_edits), row)


def _insert_reactions(
    connection: Connection, people: People, staged: Staged, message_id: int
) -> None:
    emoji = list(dict.fromkeys(each.emoji for each in staged.record.reactions))
    kept = set(emoji[:MAX_EMOJI_PER_MESSAGE])
    rows = {
        (each.emoji, people.ids[each.user_id]): {
            "message_id": message_id,
            "emoji": each.emoji,
            "user_id": people.ids[each.user_id],
            "created_at": each.date,
        }
        for each in reversed(staged.record.reactions)
        if each.emoji in kept
    }
    if rows:
        connection.execute(insert(reactions), list(rows.values()))


def _insert_poll(
    connection: Connection,
    people: People,
    target: Target,
    staged: Staged,
    message_id: int,
    poll: PollRecord,
) -> None:
    values = {
        "conversation_id": target.change.conversation_id,
        "message_id": message_id,
        "author_id": people.ids[staged.record.author_id],
        "question": poll.question,
        "multiple": poll.multiple,
        "anonymous": poll.anonymous,
        "published_at": staged.record.date,
        "closes_at": poll.closes_at,
        "closed_at": poll.closed_at,
    }
    made = connection.execute(insert(polls).values(values).returning(polls.c.id))
    poll_id: int = made.scalar_one()
    next_voter = 0
    for position, choice in enumerate(poll.choices):
        row = {"poll_id": poll_id, "position": position, "choice": choice.choice}
        choices = insert(poll_choices).values(row).returning(poll_choices.c.id)
        choice_id = connection.execute(choices).scalar_one()
        voters = {people.ids[vote.user_id]: vote.date for vote in choice.votes}
        if poll.anonymous:
            # Only numbers are known: ids below 1 stand for people without names.
            most = max(1, poll.voter_count, choice.count)
            numbers = [(next_voter + vote) % most for vote in range(choice.count)]
            next_voter = (next_voter + choice.count) % most
            voters = {-1 - number: staged.record.date for number in numbers}
        votes = [
            {"poll_id": poll_id, "choice_id": choice_id, "user_id": user_id, "voted_at": date}
            for user_id, date in voters.items()
        ]
        if votes:
            connection.execute(insert(poll_votes), votes)


def _insert_forward(
    connection: Connection,
    people: People,
    staged: Staged,
    message_id: int,
    forward: ForwardRecord,
) -> None:
    row = {
        "message_id": message_id,
        "original_id": ELSEWHERE,
        "conversation_id": ELSEWHERE,
        "seq": ELSEWHERE,
        "kind": forward.kind,
        "name": forward.name,
        "author_id": people.ids[forward.author_id],
        "content": named(forward.content, people.nicknames),
        "html": staged.forward_html,
        "sent_at": forward.date,
    }
    connection.execute(insert(forwards), row)
