"""A model of four people who send batches, for Hypothesis."""

import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any

from flask_openapi3.openapi import OpenAPI
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)
from sqlalchemy import Connection, func, insert, select

from messages_service.attachments.models import STORED, attachments, blobs
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.conversations.actions import change_conversation, create_conversation
from messages_service.conversations.members import add_member, remove_member
from messages_service.conversations.schemas import ConversationChanges, NewConversation
from messages_service.membership.access import readable_message
from messages_service.messages.outgoing import Outgoing
from messages_service.models import (
    conversations,
    direct_key,
    events,
    memberships,
    messages,
    profiles,
)
from messages_service.polls.models import OutgoingPoll, polls
from servicekit.times import utcnow
from servicekit.web.errors import Problem
from tests.messages_service.conftest import parts_of
from tests.messages_service.messages.stores import Outcome, Store

NOWHERE = 2**40
NO_FILE = 2**40
_people = count(1_000_000)

people = st.integers(0, 3)
targets = st.one_of(
    st.tuples(st.just("person"), people),
    st.tuples(st.just("room"), st.integers(0, 1)),
    st.just(("nowhere", 0)),
)
extras = st.sampled_from(["", "", "", "", "file 0", "file 1", "no file", "poll", "no reply"])
specs = st.lists(
    st.tuples(people, targets, st.sampled_from([None, None, "a", "b"]), extras),
    min_size=1,
    max_size=8,
)


class Groups(RuleBasedStateMachine):
    """Four people, a room of the first three and a private one of the first two."""

    def __init__(self, app: OpenAPI, stores: list[Store], pool: Executor) -> None:
        super().__init__()
        self.app, self.parts, self.stores, self.pool = app, parts_of(app), stores, pool
        self.sent: dict[tuple[int, str], tuple[Outgoing, int]] = {}
        self.stored: dict[int, tuple[Outgoing, set[int]]] = {}
        """By message: the message, and those who may read it."""
        self.archived: set[int] = set()
        self.used_files: set[int] = set()

    @initialize()
    def meet(self) -> None:
        self.ids = [next(_people) for _ in range(4)]
        self.keys = {letter: f"{letter}-{uuid.uuid4()}" for letter in "ab"}
        with self.connection() as connection:
            for user_id in self.ids:
                connection.execute(insert(profiles), person(user_id))
            self.files = [unsent_file(connection, user_id) for user_id in self.ids[:2]]
            connection.commit()
        self.rooms = [self.make_room(self.ids[:3]), self.make_room(self.ids[:2])]
        self.members = {self.rooms[0]: set(self.ids[:3]), self.rooms[1]: set(self.ids[:2])}

    def make_room(self, member_ids: list[int]) -> int:
        body = NewConversation.model_validate(
            {"kind": "room", "name": f"room {uuid.uuid4()}", "member_ids": member_ids[1:]}
        )
        with self.app.app_context():
            return create_conversation(self.parts, Caller(member_ids[0]), body)[0]

    @rule(which=st.integers(0, 1))
    def archive_or_restore(self, which: int) -> None:
        room = self.rooms[which]
        with self.app.app_context():
            change_conversation(
                self.parts,
                Caller(self.ids[0]),
                room,
                ConversationChanges(archived=room not in self.archived),
            )
        self.archived ^= {room}

    @rule()
    def remove_or_add_the_second_person(self) -> None:
        room, second, owner = self.rooms[0], self.ids[1], Caller(self.ids[0])
        with self.app.app_context():
            if second in self.members[room]:
                remove_member(self.parts, owner, room, second)
                self.members[room].remove(second)
            elif room not in self.archived:
                add_member(self.parts, owner, room, second)
                self.members[room].add(second)
        self.update_readers(room)

    def update_readers(self, room: int) -> None:
        for outgoing, readers in self.stored.values():
            if outgoing.conversation_id == room:
                readers.clear()
                readers.update(self.members[room])

    @rule(specs=specs, repeat=st.booleans())
    def send(self, specs: list[Any], repeat: bool) -> None:
        batch = [self.outgoing(*spec) for spec in specs]
        if repeat:
            batch += batch[: len(batch) // 2 + 1]
        # Each process gets one part, at the same time; what is in both is stored by one of them.
        shares = [batch[start :: len(self.stores)] for start in range(len(self.stores))]
        futures = [
            self.pool.submit(store, share) for store, share in zip(self.stores, shares, strict=True)
        ]
        results = [future.result(60) for future in futures]
        self.judge(
            [
                (outgoing, outcome)
                for share, outcomes in zip(shares, results, strict=True)
                for outgoing, outcome in zip(share, outcomes, strict=True)
            ]
        )

    def outgoing(
        self, author: int, target: tuple[str, int], key: str | None, extra: str
    ) -> Outgoing:
        kind, number = target
        made = Outgoing(
            self.ids[author],
            f"to {kind} {number} with {extra}",
            recipient_id=self.ids[number] if kind == "person" else None,
            conversation_id={"room": self.rooms[number % 2], "nowhere": NOWHERE}.get(kind),
            client_id=key and self.keys[key],
        )
        if extra == "poll":
            return replace(made, poll=OutgoingPoll("What?", ("this", "that")))
        if extra == "no reply":
            return replace(made, reply_to=NOWHERE)
        if extra:
            file_id = NO_FILE if extra == "no file" else self.files[int(extra[-1])]
            return replace(made, attachments=(file_id,))
        return made

    def judge(self, results: list[tuple[Outgoing, Outcome]]) -> None:
        """Every outcome is as if its message had come alone, or after some of the same group."""
        allowed = [
            self.allowed(outgoing, [other for other, _ in results]) for outgoing, _ in results
        ]
        for (outgoing, (status, message_id)), statuses in zip(results, allowed, strict=True):
            assert status in statuses, (outgoing, status, statuses)
            if status == 201:
                assert message_id is not None
                assert message_id not in self.stored
                self.stored[message_id] = (outgoing, self.readers(outgoing))
                self.used_files.update(outgoing.attachments)
                if outgoing.client_id is not None:
                    assert (outgoing.author_id, outgoing.client_id) not in self.sent
                    self.sent[outgoing.author_id, outgoing.client_id] = outgoing, message_id
        for outgoing, (status, message_id) in results:
            if status == 200:
                assert outgoing.client_id is not None
                assert self.sent[outgoing.author_id, outgoing.client_id] == (outgoing, message_id)

    def allowed(self, outgoing: Outgoing, group: list[Outgoing]) -> set[int]:
        room = outgoing.conversation_id
        if room is not None and outgoing.author_id not in self.members.get(room, ()):
            return {404}
        if outgoing.client_id is not None:
            first = self.sent.get((outgoing.author_id, outgoing.client_id))
            if first is not None:
                return {200} if first[0] == outgoing else {409}
        if room in self.archived:
            alone = {409}
        elif not self.is_sendable(outgoing):
            alone = {422}
        else:
            alone = {201}
        key = (outgoing.author_id, outgoing.client_id)
        rivals = Counter(group)
        if outgoing.client_id is not None and rivals[outgoing] > 1:
            alone |= {200} if alone == {201} else set()
        if any((o.author_id, o.client_id) == key and o != outgoing for o in group if o.client_id):
            alone |= {409}
        if outgoing.attachments and sum(o.attachments == outgoing.attachments for o in group) > 1:
            alone |= {422}
        return alone

    def is_sendable(self, outgoing: Outgoing) -> bool:
        owners = dict(zip(self.files, self.ids, strict=False))
        return outgoing.reply_to is None and all(
            file_id not in self.used_files and owners.get(file_id) == outgoing.author_id
            for file_id in outgoing.attachments
        )

    def readers(self, outgoing: Outgoing) -> set[int]:
        if outgoing.recipient_id is not None:
            return {outgoing.author_id, outgoing.recipient_id}
        assert outgoing.conversation_id is not None
        return set(self.members[outgoing.conversation_id])

    @invariant()
    def everything_sent_is_stored_once_where_it_belongs(self) -> None:
        with self.connection() as connection:
            rows = connection.execute(
                select(messages, conversations.c.direct_key)
                .join(conversations)
                .where(messages.c.author_id.in_(self.ids))
            ).all()
            assert sorted(row.id for row in rows) == sorted(self.stored)
            for row in rows:
                outgoing, _ = self.stored[row.id]
                assert (row.author_id, row.content) == (outgoing.author_id, outgoing.content)
                if outgoing.recipient_id is None:
                    assert row.conversation_id == outgoing.conversation_id
                else:
                    assert row.direct_key == direct_key(outgoing.author_id, outgoing.recipient_id)
                self.check_extras(connection, row.id, outgoing)

    def check_extras(self, connection: Connection, message_id: int, outgoing: Outgoing) -> None:
        attached = select(attachments.c.id).where(attachments.c.message_id == message_id)
        assert tuple(connection.execute(attached).scalars()) == tuple(outgoing.attachments)
        asked = select(func.count()).where(polls.c.message_id == message_id)
        assert connection.execute(asked).scalar_one() == (outgoing.poll is not None)

    @invariant()
    def messages_are_readable_by_their_members_alone(self) -> None:
        with self.app.app_context():
            for message_id, (_, readers) in self.stored.items():
                assert {i for i in self.ids if can_read(self.parts, i, message_id)} == readers

    @invariant()
    def no_log_has_a_hole(self) -> None:
        mine = select(memberships.c.conversation_id).where(memberships.c.user_id.in_(self.ids))
        with self.connection() as connection:
            rows = connection.execute(
                select(conversations).where(conversations.c.id.in_(mine))
            ).all()
            for row in rows:
                query = select(events.c.seq).where(events.c.conversation_id == row.id)
                seqs = list(connection.execute(query.order_by(events.c.seq)).scalars())
                assert seqs == list(range(1, row.last_seq + 1))
                assert seqs or row.kind == "room", "a refused first message opens no conversation"

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        with self.app.app_context():
            engine = self.parts.db.engine
        with engine.connect() as connection:
            yield connection


def can_read(parts: Context, user_id: int, message_id: int) -> bool:
    try:
        readable_message(parts, Caller(user_id), message_id)
    except Problem:
        return False
    return True


def person(user_id: int) -> dict[str, Any]:
    nickname = f"person{user_id}"
    return {
        "id": user_id,
        "name": nickname,
        "nickname": nickname,
        "nickname_key": nickname,
        "role": "member",
        "active": True,
    }


def unsent_file(connection: Connection, user_id: int) -> int:
    content = {"size": 1, "piece_size": 1, "content_type": "text/plain"}
    blob = {"state": STORED, "sha256": uuid.uuid4().hex * 2, "touched_at": utcnow(), **content}
    blob_id = connection.execute(insert(blobs).values(blob).returning(blobs.c.id)).scalar_one()
    file = {"blob_id": blob_id, "uploader_id": user_id, "name": "a.txt", "size": 1}
    made = insert(attachments).values(file | {"created_at": utcnow()})
    file_id: int = connection.execute(made.returning(attachments.c.id)).scalar_one()
    return file_id
