"""The people whom messages may notify, with all that the rule asks about them."""

from collections.abc import Collection
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, Connection, Row, Select, and_, bindparam, select

from messages_service.models import READ_MARKER, blocks, memberships, profiles
from messages_service.notifications.logged import Logged
from messages_service.notifications.models import notification_settings as settings
from messages_service.notifications.rules import QuietHours, Recipient
from messages_service.shapes.notices import NotificationSettings
from messages_service.threads.models import thread_follows

BOT = "bot"
DEFAULTS: NotificationSettings = {
    "sound": False,
    "push": True,
    "preview": True,
    "email_digest": True,
    "dnd_hours": None,
}
"""The settings of a person who has changed none."""


class Recipients:
    """Members of some conversations, by conversation; `settings` has those who changed any."""

    def __init__(
        self,
        connection: Connection,
        conversation_ids: Collection[int],
        author_ids: Collection[int],
        thread_ids: Collection[int],
        user_ids: Collection[int] | None,
    ) -> None:
        self.by_conversation: dict[int, list[Recipient]] = {id: [] for id in conversation_ids}
        self.settings: dict[int, NotificationSettings] = {}
        blocked = _blocked(connection, author_ids)
        read_seqs = _thread_read_seqs(connection, thread_ids)
        values: dict[str, Any] = {"conversation_ids": list(conversation_ids)}
        if user_ids is not None:
            values["user_ids"] = list(user_ids)
        for row in connection.execute(_members(user_ids is not None), values):
            self.settings[row.user_id] = settings_of(row)
            self.by_conversation[row.conversation_id].append(
                Recipient(
                    user_id=row.user_id,
                    notify=row.notify,
                    is_active=row.active is not False,
                    is_bot=row.role == BOT,
                    read_seq=row.marker,
                    muted_until=row.muted_until,
                    dnd_until=row.dnd_until,
                    quiet_hours=_quiet_hours(row),
                    blocked_ids=blocked.get(row.user_id, ()),
                    thread_read_seqs=read_seqs.get(row.user_id, {}),
                )
            )

    def find(self, conversation_id: int, user_id: int) -> Recipient:
        """The person; without a membership they are no member."""
        found = (r for r in self.by_conversation[conversation_id] if r.user_id == user_id)
        return next(found, Recipient(user_id, is_member=False))


def recipients_of(
    connection: Connection, logged: Collection[Logged], user_ids: Collection[int] | None = None
) -> Recipients:
    """The members of the conversations of these messages; of `user_ids` alone, if given."""
    return Recipients(
        connection,
        {each.conversation_id for each in logged},
        {each.data["author_id"] for each in logged},
        {each.data["thread_id"] for each in logged if each.data["thread_id"]},
        user_ids,
    )


def settings_of(row: Row[Any] | None) -> NotificationSettings:
    """From the columns of `notification_settings`, which may be null."""
    if row is None or row.sound is None:
        return DEFAULTS
    return {
        "sound": row.sound,
        "push": row.push,
        "preview": row.preview,
        "email_digest": row.email_digest,
        "dnd_hours": None
        if row.dnd_start is None
        else {
            "start": row.dnd_start.strftime("%H:%M"),
            "end": row.dnd_end.strftime("%H:%M"),
            "time_zone": row.dnd_time_zone,
        },
    }


def _quiet_hours(row: Row[Any]) -> QuietHours | None:
    if row.dnd_start is None:
        return None
    return QuietHours(row.dnd_start, row.dnd_end, ZoneInfo(row.dnd_time_zone))


def _blocked(connection: Connection, author_ids: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for blocker_id, blocked_id in connection.execute(_blocks(), {"ids": list(author_ids)}):
        found.setdefault(blocker_id, set()).add(blocked_id)
    return found


def _thread_read_seqs(
    connection: Connection, thread_ids: Collection[int]
) -> dict[int, dict[int, int]]:
    """By person, the read markers of those threads that they follow."""
    found: dict[int, dict[int, int]] = {}
    if thread_ids:
        for user_id, thread_id, seq in connection.execute(_follows(), {"ids": list(thread_ids)}):
            found.setdefault(user_id, {})[thread_id] = seq
    return found


@cache
def _members(is_of_people: bool) -> Select[Any]:
    statement = (
        select(
            memberships.c.conversation_id,
            memberships.c.user_id,
            memberships.c.notify,
            memberships.c.muted_until,
            READ_MARKER.label("marker"),
            profiles.c.role,
            profiles.c.active,
            profiles.c.dnd_until,
            *(column for column in settings.c if column.name != "user_id"),
        )
        .select_from(
            memberships.outerjoin(profiles, profiles.c.id == memberships.c.user_id).outerjoin(
                settings, settings.c.user_id == memberships.c.user_id
            )
        )
        .where(memberships.c.conversation_id.in_(bindparam("conversation_ids", expanding=True)))
    )
    if is_of_people:
        return statement.where(memberships.c.user_id.in_(bindparam("user_ids", expanding=True)))
    return statement


@cache
def _blocks() -> Select[Any]:
    listed: BindParameter[int] = bindparam("ids", expanding=True)
    return select(blocks.c.blocker_id, blocks.c.blocked_id).where(blocks.c.blocked_id.in_(listed))


@cache
def _follows() -> Select[Any]:
    listed: BindParameter[int] = bindparam("ids", expanding=True)
    return select(
        thread_follows.c.user_id, thread_follows.c.message_id, thread_follows.c.read_seq
    ).where(and_(thread_follows.c.message_id.in_(listed), thread_follows.c.following))
