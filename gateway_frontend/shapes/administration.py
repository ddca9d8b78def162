"""Shapes for administrators: the place, invites, the audit log, imports, reports, rooms, usage."""

from typing import TypedDict

from servicekit.place_limits import Bound


class Invite(TypedDict):
    id: int
    role: str
    uses: int
    used: int
    user_ids: list[int]
    open: bool
    created_by: int
    created_at: str
    expires_at: str


class CreatedInvite(Invite):
    url: str


class Place(TypedDict):
    place_name: str
    registration: str
    icon_url: str | None
    limits: dict[str, int]
    bounds: dict[str, Bound]
    sends_email: bool
    next_steps_dismissed: bool


class AuditEntry(TypedDict):
    id: int
    date: str
    action: str
    actor_id: int | None
    user_id: int | None
    address: str
    detail: dict[str, str | int | None]


class ImportCounts(TypedDict):
    people: int
    conversations: int
    messages: int
    files: int
    already: int


class Import(TypedDict):
    id: int
    format: str
    state: str
    step: str
    done: int
    total: int
    started_at: str
    counts: ImportCounts | None
    problem: str | None


class ConversationRetention(TypedDict):
    conversation_id: int
    kind: str
    name: str | None
    days: int | None


class Retention(TypedDict):
    days: int | None
    conversations: list[ConversationRetention]


class ReportedPerson(TypedDict):
    id: int
    name: str
    nickname: str


class ReportedMessage(TypedDict):
    message_id: int
    author: ReportedPerson
    content: str
    date: str


class Report(TypedDict):
    id: int
    message_id: int
    conversation_name: str | None
    author: ReportedPerson
    reporter: ReportedPerson | None
    reason: str
    excerpt: list[ReportedMessage]
    deleted: bool
    created_at: str


class ReportCount(TypedDict):
    open: int


class AdministeredRoom(TypedDict):
    id: int
    name: str
    topic: str
    visibility: str
    archived: bool
    member_count: int
    message_count: int
    active_at: str
    owners: list[ReportedPerson]


class UsageDay(TypedDict):
    day: str
    messages: int
    people: int


class Usage(TypedDict):
    people: int
    messages: int
    file_bytes: int
    days: list[UsageDay]
