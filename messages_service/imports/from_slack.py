"""Reads Slack's exports: users.json, the lists of conversations, and a folder of days for each.

https://slack.com/help/articles/220556107 describes the format. Files are taken from the archive if
it has them, otherwise their links are kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, Final

from messages_service.attachments.models import MAX_ATTACHMENTS
from messages_service.emoji_names import emoji_named
from messages_service.imports.archive import Archive
from messages_service.imports.errors import Place, checked, refused
from messages_service.imports.records import (
    MAX_TEXT,
    ConversationRecord,
    MessageRecord,
    PersonRecord,
    at,
)
from messages_service.imports.slack_text import SlackText
from messages_service.imports.stage import Stage
from messages_service.models import MAX_GROUP, MAX_NAME, MAX_TOPIC
from servicekit.language import _

USERS: Final = "users.json"
LISTS: Final[Mapping[str, tuple[str, str]]] = {
    "channels.json": ("room", "public"),
    "groups.json": ("room", "private"),
    "mpims.json": ("group", "private"),
    "dms.json": ("direct", "private"),
}
NOTES: Final = frozenset({"channel_join", "channel_leave", "group_join", "group_leave",
    "channel_topic", "channel_purpose", "channel_name", "channel_archive", "channel_unarchive",
    "group_topic", "group_purpose", "group_name", "group_archive", "group_unarchive",
    "pinned_item", "unpinned_item", "tombstone"})  # fmt: skip
"""Subtypes that nobody wrote; a deleted first message is a tombstone."""
Fields = dict[str, Any]


@dataclass
class _Channel:
    """A conversation, with the values that reading its messages needs."""

    record: ConversationRecord
    folder: str
    pins: dict[str, Fields] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)


def read_slack(archive: Archive, stage: Stage) -> None:
    """Raises Problem."""
    users = _objects(archive, USERS)
    team = next((user["team_id"] for user in users if user.get("team_id")), "workspace")
    stage.source = f"slack:{str(team)[:80]}"
    for place, user in _numbered(USERS, users):
        with checked(place):
            stage.add_person(place, _person(user))
    channels = list(_channels(archive, stage))
    names = {each.record.id: each.record.name or "" for each in channels}
    reader = _Messages(archive, stage, SlackText(stage.person_ids, names))
    days = _days(archive)
    for channel in channels:
        for entry in days.get(channel.folder, ()):
            for place, message in _numbered(entry, _objects(archive, entry)):
                with checked(place):
                    reader.read(channel, place, message)


def _person(user: Fields) -> PersonRecord:
    profile = user.get("profile") or {}
    nickname = user.get("name") or user["id"]
    is_guest = user.get("is_restricted") or user.get("is_ultra_restricted")
    return PersonRecord(
        id=user["id"],
        nickname=nickname,
        name=profile.get("real_name") or user.get("real_name") or nickname,
        email=profile.get("email") or None,
        role="bot" if user.get("is_bot") else "guest" if is_guest else "member",
    )


def _channels(archive: Archive, stage: Stage) -> Iterator[_Channel]:
    for name, (kind, visibility) in LISTS.items():
        if not archive.has(name):
            continue
        for place, fields in _numbered(name, _objects(archive, name)):
            with checked(place):
                channel = _channel(stage, fields, kind, visibility)
            stage.add_conversation(place, channel.record)
            yield channel


def _channel(stage: Stage, fields: Fields, kind: str, visibility: str) -> _Channel:
    created_at = at(float(fields.get("created") or 0))
    creator = fields.get("creator")
    is_room = kind == "room"
    members = [each for each in fields.get("members") or () if each in stage.person_ids]
    if kind == "direct" and not 1 <= len(members) <= 2:
        raise ValueError(_("a direct conversation has one or two members"))
    record = ConversationRecord.model_validate(
        {
            "id": fields["id"],
            "kind": kind,
            "visibility": visibility,
            "name": str(fields["name"])[:MAX_NAME] if is_room else None,
            "topic": _value(fields, "topic") or _value(fields, "purpose"),
            "created_by": creator if creator in stage.person_ids else None,
            "created_at": created_at,
            "archived_at": created_at if fields.get("is_archived") else None,
            "members": [
                {
                    "user_id": each,
                    "role": "owner" if is_room and each == creator else "member",
                    "joined_at": created_at,
                }
                for each in (members if is_room else members[:MAX_GROUP])
            ],
        }
    )
    folder = fields["id"] if kind == "direct" else fields["name"]
    pins = {pin["id"]: pin for pin in fields.get("pins") or () if pin.get("type", "C") == "C"}
    return _Channel(record, folder, pins)


class _Messages:
    """Reads messages with their threads, reactions, pins and files."""

    def __init__(self, archive: Archive, stage: Stage, text: SlackText) -> None:
        self._archive, self._stage, self._text = archive, stage, text

    def read(self, channel: _Channel, place: Place, fields: Fields) -> None:
        if fields.get("type", "message") != "message" or fields.get("subtype") in NOTES:
            return
        ts = str(fields["ts"])
        if ts in channel.seen:  # a reply that was sent to the channel as well stands there twice
            return
        date, edited = at(float(ts)), fields.get("edited") or {}
        author_id = self._author(place, fields)
        files, links = self._files(fields)
        thread_id = _thread(channel, fields.get("thread_ts"), ts)
        record = MessageRecord.model_validate(
            {
                "id": f"{channel.record.id}:{ts}",
                "date": date,
                "author_id": author_id,
                "content": self._content(fields, links)[:MAX_TEXT],
                "edited_at": at(float(edited["ts"])) if edited.get("ts") else None,
                "reply_to": thread_id,
                "thread_id": thread_id,
                "also_in_conversation": fields.get("subtype") == "thread_broadcast",
                "reactions": list(self._reactions(fields, date)),
                "files": files,
                "pinned": self._pin(channel.pins.get(ts), author_id, date),
            }
        )
        if record.content or record.files:
            channel.seen.add(ts)
            self._stage.add_message(place, channel.record.id, record, sort=f"{float(ts):020.6f}")

    def _author(self, place: Place, fields: Fields) -> str:
        """Messages of integrations may have no user, but a name."""
        user_id = str(fields.get("user") or fields.get("bot_id") or "integration")
        if user_id not in self._stage.person_ids:
            profile = fields.get("user_profile") or fields.get("bot_profile") or {}
            name = str(profile.get("name") or fields.get("username") or user_id)
            role = "member" if fields.get("user") else "bot"
            person = PersonRecord(
                id=user_id, nickname=name, name=profile.get("real_name") or name, role=role
            )
            self._stage.add_person(place, person)
        return user_id

    def _content(self, fields: Fields, links: list[str]) -> str:
        text = self._text.to_markdown(str(fields.get("text") or ""))
        quotes = [self._quote(each) for each in fields.get("attachments") or ()]
        return "\n".join(filter(None, [text, *links, *quotes]))

    def _quote(self, attachment: Fields) -> str:
        """An attachment as Slack has it, a program's text or a quoted message."""
        title, body = str(attachment.get("title") or ""), str(attachment.get("text") or "")
        if title and attachment.get("title_link"):
            title = f"<{attachment['title_link']}|{title}>"
        pieces = (attachment.get("pretext"), title, body)
        words = "\n".join(str(each) for each in pieces if each) or attachment.get("fallback") or ""
        lines = self._text.to_markdown(str(words)).splitlines()
        return "\n".join(f"> {line}" for line in lines)

    def _files(self, fields: Fields) -> tuple[list[Fields], list[str]]:
        """The message's files that the archive has, and links to the others."""
        found: list[Fields] = []
        links: list[str] = []
        for file in fields.get("files") or ():
            if file.get("mode") == "tombstone":
                continue
            name = str(file.get("title") or file.get("name") or file["id"])
            entry = self._entry_of(file)
            if entry is not None and len(found) < MAX_ATTACHMENTS:
                found.append({"file": entry, "name": file.get("name") or name})
            else:
                address = file.get("permalink") or file.get("url_private")
                links.append(f"[{name}]({address})" if address else name)
        return found, links

    def _entry_of(self, file: Fields) -> str | None:
        """Tools that add files put them at `__uploads/<id>/<name>`, or name them by the id."""
        name = str(file.get("name") or "")
        id_ = file["id"]
        known = (f"__uploads/{id_}/", f"files/{id_}-", f"files/{id_}/", f"attachments/{id_}-")
        return next((each + name for each in known if self._archive.has(each + name)), None)

    def _reactions(self, fields: Fields, date: datetime) -> Iterator[Fields]:
        """Custom emoji have no character and are left out."""
        for reaction in fields.get("reactions") or ():
            emoji = emoji_named(str(reaction["name"]))
            for user_id in reaction.get("users") or () if emoji else ():
                if user_id in self._stage.person_ids:
                    yield {"emoji": emoji, "user_id": user_id, "date": date}

    def _pin(self, pin: Fields | None, author_id: str, date: datetime) -> Fields | None:
        if not pin:
            return None
        user_id, created = pin.get("user"), pin.get("created")
        return {
            "user_id": user_id if user_id in self._stage.person_ids else author_id,
            "date": at(float(created)) if created else date,
        }


def _thread(channel: _Channel, first: object, ts: str) -> str | None:
    """The first message of the thread; None for no reply, or if that message is gone."""
    is_reply = first and first != ts and str(first) in channel.seen
    return f"{channel.record.id}:{first}" if is_reply else None


def _days(archive: Archive) -> dict[str, list[str]]:
    """The files of days by folder, the earliest first."""
    found: dict[str, list[str]] = {}
    for name in sorted(archive.sizes):
        folder, slash, day = name.rpartition("/")
        if slash and day.endswith(".json") and "/" not in folder:
            found.setdefault(folder, []).append(name)
    return found


def _objects(archive: Archive, name: str) -> list[Fields]:
    found = archive.json(name)
    if not isinstance(found, list):
        raise refused(name, _("it is not a list"))
    return found


def _numbered(name: str, found: list[Fields]) -> Iterator[tuple[Place, Fields]]:
    """The objects of a list with their places; the number counts the objects."""
    for number, fields in zip(count(1), found, strict=False):
        place = Place(name, number)
        if not isinstance(fields, dict):
            raise refused(place, _("it is not a JSON object"))
        yield place, fields


def _value(fields: Fields, name: str) -> str:
    return str((fields.get(name) or {}).get("value") or "")[:MAX_TOPIC]
