"""Reads Mattermost's bulk exports: JSON lines, alone or in a ZIP with a folder of files.

https://docs.mattermost.com/administration-guide/onboard/bulk-loading-data.html has the format.
Its posts have no ids: channel, author, time and text tell them apart.
"""

import hashlib
from collections.abc import Iterator
from typing import Any, Final

from messages_service.attachments.models import MAX_ATTACHMENTS
from messages_service.emoji_names import emoji_named
from messages_service.imports.archive import Archive, parse_json
from messages_service.imports.errors import Place, checked, refused
from messages_service.imports.records import (
    MAX_TEXT,
    ConversationRecord,
    MessageRecord,
    PersonRecord,
    at,
)
from messages_service.imports.stage import Stage
from messages_service.models import MAX_GROUP, MAX_NAME, MAX_TOPIC
from servicekit.language import _

VERSION: Final = 1
FILES: Final = "data"
Fields = dict[str, Any]
Members = dict[str, dict[str, str]]
"""The roles of people by channel."""


def read_mattermost(archive: Archive, stage: Stage) -> None:
    """Raises Problem."""
    entry = _entry(archive)
    members = _read_people(archive, stage, entry)
    stage.source = stage.source or "mattermost"
    _read_channels(archive, stage, entry, members)
    reader = _Posts(archive, stage)
    for place, kind, fields in _lines(archive, entry):
        if kind == "post":
            with checked(place):
                reader.read(place, _channel_key(fields), fields)
        elif kind == "direct_post":
            with checked(place):
                reader.read(place, _direct_key(fields), fields)


def _entry(archive: Archive) -> str:
    found = [name for name in archive.sizes if name.endswith(".jsonl") and "/" not in name]
    if len(found) != 1:
        raise refused(_("The archive"), _("it must have one .jsonl file"))
    return found[0]


def _read_people(archive: Archive, stage: Stage, entry: str) -> Members:
    """Add people; returns the members of each channel."""
    members: Members = {}
    number = 0
    for place, kind, fields in _lines(archive, entry):
        number += 1
        if number == 1 and kind != "version":
            raise refused(place, _("the first line must be the version"))
        if kind == "version" and fields != VERSION:
            words = _("its version is %(found)s; this Parley reads %(known)s",
                      found=fields, known=VERSION)  # fmt: skip
            raise refused(place, words)
        if kind == "team" and not stage.source:
            stage.source = f"mattermost:{str(fields.get('name'))[:80]}"
        if kind in ("user", "bot"):
            with checked(place):
                stage.add_person(place, _person(kind, fields))
                for channel, role in _channels_of(fields):
                    members.setdefault(channel, {})[fields["username"]] = role
    if number == 0:
        raise refused(entry, _("the file is empty"))
    return members


def _person(kind: str, fields: Fields) -> PersonRecord:
    names = (fields.get("first_name"), fields.get("last_name"))
    name = " ".join(str(each) for each in names if each)
    is_guest = "system_guest" in str(fields.get("roles"))
    role = "bot" if kind == "bot" else "guest" if is_guest else "member"
    username = fields["username"]
    return PersonRecord(
        id=username,
        nickname=username,
        name=name or fields.get("nickname") or fields.get("display_name") or username,
        email=fields.get("email") or None,
        role=role,
    )


def _channels_of(fields: Fields) -> Iterator[tuple[str, str]]:
    """The keys of a person's channels, each with their role there."""
    for team in fields.get("teams") or ():
        for channel in team.get("channels") or ():
            is_admin = "channel_admin" in str(channel.get("roles"))
            yield f"{team['name']}/{channel['name']}", "moderator" if is_admin else "member"


def _read_channels(archive: Archive, stage: Stage, entry: str, members: Members) -> None:
    dates = _first_dates(archive, entry)
    for place, kind, fields in _lines(archive, entry):
        if kind == "channel":
            with checked(place):
                key = f"{fields['team']}/{fields['name']}"
            made = {
                "id": key,
                "kind": "room",
                "visibility": "private" if fields.get("type") == "P" else "public",
                "name": str(fields.get("display_name") or fields["name"])[:MAX_NAME],
                "topic": str(fields.get("header") or fields.get("purpose") or "")[:MAX_TOPIC],
            }
            _add_channel(stage, place, made, members.get(key, {}), dates.get(key, 0))
        elif kind == "direct_channel":
            people = list(dict.fromkeys(_members(place, fields)))
            key = "direct/" + ",".join(sorted(people))
            is_group = len(people) > 2
            made = {"id": key, "kind": "group" if is_group else "direct", "visibility": "private"}
            roles = dict.fromkeys(people[:MAX_GROUP], "member")
            _add_channel(stage, place, made, roles, dates.get(key, 0))


def _add_channel(
    stage: Stage, place: Place, made: Fields, roles: dict[str, str], first: int
) -> None:
    date = at(first / 1000)
    made["created_at"] = date
    made["members"] = [
        {"user_id": person, "role": role, "joined_at": date} for person, role in roles.items()
    ]
    with checked(place):
        stage.add_conversation(place, ConversationRecord.model_validate(made))


def _first_dates(archive: Archive, entry: str) -> dict[str, int]:
    """The date of each channel's first post: the export has no other date of a channel."""
    found: dict[str, int] = {}
    for place, kind, fields in _lines(archive, entry):
        if kind in ("post", "direct_post"):
            key_of = _channel_key if kind == "post" else _direct_key
            with checked(place):
                key, date = key_of(fields), int(fields["create_at"])
            found[key] = min(date, found.get(key, date))
    return found


class _Posts:
    """Reads posts with their replies, reactions and files."""

    def __init__(self, archive: Archive, stage: Stage) -> None:
        self._archive, self._stage = archive, stage
        self._channels = {conversation.id for conversation in stage.conversations()}
        self._twins: dict[str, int] = {}

    def read(self, place: Place, channel: str, fields: Fields) -> None:
        if channel not in self._channels:
            raise refused(place, _("there is no channel %(id)s", id=channel))
        first_id = self._add(place, channel, fields, None)
        replies = fields.get("replies") or ()
        for reply in sorted(replies, key=lambda each: int(each["create_at"])):
            self._add(place, channel, reply, first_id)

    def _add(self, place: Place, channel: str, fields: Fields, first_id: str | None) -> str | None:
        """Add a post; returns its id, or None for a post that no person wrote."""
        if str(fields.get("type") or "").startswith("system_"):
            return None
        date = int(fields["create_at"])
        author, content = str(fields["user"]), str(fields.get("message") or "")
        edited = int(fields.get("edit_at") or 0)
        files, lost = self._files(fields)
        record = MessageRecord.model_validate(
            {
                "id": self._id(channel, author, date, content, first_id),
                "date": at(date / 1000),
                "author_id": author,
                "content": "\n".join(filter(None, [content, *lost]))[:MAX_TEXT],
                "edited_at": at(edited / 1000) if edited else None,
                "reply_to": first_id,
                "thread_id": first_id,
                "reactions": list(_reactions(fields)),
                "files": files,
                "pinned": {"user_id": author, "date": at(date / 1000)}
                if fields.get("is_pinned")
                else None,
            }
        )
        if not record.content and not record.files:
            return None
        self._stage.add_message(place, channel, record, sort=f"{date:020}")
        return record.id

    def _id(self, channel: str, author: str, date: int, content: str, first_id: str | None) -> str:
        parts = (channel, author, str(date), content, first_id or "")
        digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]
        self._twins[digest] = number = self._twins.get(digest, 0) + 1
        return digest if number == 1 else f"{digest}-{number}"

    def _files(self, fields: Fields) -> tuple[list[Fields], list[str]]:
        """The post's files that the archive has, and the names of the others."""
        found: list[Fields] = []
        lost: list[str] = []
        for file in fields.get("attachments") or ():
            path = str(file["path"]).removeprefix("/")
            name = path.rpartition("/")[2]
            entries = [each for each in (f"{FILES}/{path}", path) if self._archive.has(each)]
            if entries and len(found) < MAX_ATTACHMENTS:
                found.append({"file": entries[0], "name": name})
            else:
                lost.append(f"({name})")
        return found, lost


def _reactions(fields: Fields) -> Iterator[Fields]:
    for reaction in fields.get("reactions") or ():
        emoji = emoji_named(str(reaction["emoji_name"]))
        if emoji:
            date = at(int(reaction["create_at"]) / 1000)
            yield {"emoji": emoji, "user_id": reaction["user"], "date": date}


def _lines(archive: Archive, entry: str) -> Iterator[tuple[Place, str, Any]]:
    """The lines with their places, types and fields; the version's field is its number."""
    for place, line in archive.lines(entry):
        read = parse_json(place, line)
        kind = read.get("type") if isinstance(read, dict) else None
        if not isinstance(kind, str):
            raise refused(place, _("%(field)s is missing", field="type"))
        fields = read.get(kind)
        if kind != "version" and not isinstance(fields, dict):
            raise refused(place, _("%(field)s is missing", field=kind))
        yield place, kind, fields


def _channel_key(fields: Fields) -> str:
    return f"{fields['team']}/{fields['channel']}"


def _direct_key(fields: Fields) -> str:
    return "direct/" + ",".join(sorted(dict.fromkeys(fields["channel_members"])))


def _members(place: Place, fields: Fields) -> list[str]:
    """Newer exports have objects in `participants`, all have names in `members`."""
    named = fields.get("members") or [
        each.get("username") for each in fields.get("participants") or ()
    ]
    if not named or not all(isinstance(each, str) for each in named):
        raise refused(place, _("%(field)s is missing", field="members"))
    return list(named)
