"""Actions of a person on a thread: follow it, stop following it, read it."""

from collections.abc import Callable

from sqlalchemy import Connection

from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.membership.access import readable_message
from messages_service.publish import THREAD
from messages_service.shapes.notices import ThreadState
from messages_service.threads import follows
from servicekit.data.db import transaction

StateChange = Callable[[Connection, ThreadState], None]
"""Changes the rows of one person and thread, whose state it gets."""


def follow(context: Context, caller: Caller, user_id: int, message_id: int) -> ThreadState:
    """Follow the thread of a message; what is there counts as read if they never read it."""

    def change(connection: Connection, state: ThreadState) -> None:
        follows.follow(connection, state["message_id"], user_id, state["last_reply_seq"])

    return _change(context, caller, user_id, message_id, change)


def unfollow(context: Context, caller: Caller, user_id: int, message_id: int) -> ThreadState:
    """Stop following; writing in it or being mentioned follows it again."""

    def change(connection: Connection, state: ThreadState) -> None:
        follows.unfollow(connection, state["message_id"], user_id, state["last_reply_seq"])

    return _change(context, caller, user_id, message_id, change)


def mark_read(
    context: Context, caller: Caller, user_id: int, message_id: int, seq: int
) -> ThreadState:
    """Mark the replies up to `seq` as read."""

    def change(connection: Connection, state: ThreadState) -> None:
        seen = min(seq, state["last_reply_seq"])
        if seen > state["read_seq"]:
            follows.read_up_to(connection, state["message_id"], user_id, seen)

    return _change(context, caller, user_id, message_id, change)


def _change(
    context: Context, caller: Caller, user_id: int, message_id: int, change: StateChange
) -> ThreadState:
    """The person's other tabs get a notice if anything is different afterwards."""
    message = readable_message(context, caller, message_id)
    thread_id = message.thread_id or message.id
    with transaction(context.db) as running:
        before = follows.state_of(running.connection, thread_id, user_id)
        change(running.connection, before)
        after = follows.state_of(running.connection, thread_id, user_id)
        if after != before:
            context.publisher.notify(running, user_id, THREAD, after)
    return after
