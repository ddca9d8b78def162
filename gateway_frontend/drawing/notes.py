"""Notes between messages: joins, leaves, pins and changes of the room.

`conversation/notes.js` draws the same in the browser.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway_frontend.shapes.conversations import ConversationCore, Event, EventData
from servicekit.language import _, ngettext

JOINED, LEFT, UPDATED = "member.joined", "member.left", "conversation.updated"
PINNED = "message.pinned"
TYPES = (JOINED, LEFT, UPDATED, PINNED)
MOST_NAMES = 4


@dataclass(frozen=True)
class Note:
    """One event in words; `who` is the person concerned, `by` the person who did it."""

    seq: int
    date: str
    sort: str
    by_id: int | None
    by: str
    who: str
    about: str


def note_of(event: Event, names: Mapping[int, str]) -> Note:
    """The note of an event of `TYPES`; `names` are those of `actors_of`."""
    data = event["data"]
    by_id = data.get("by_id")
    return Note(
        seq=event["seq"],
        date=event["date"],
        sort=_sort_of(event["type"], data),
        by_id=by_id,
        by=_("Somebody") if by_id is None else names.get(by_id, _("Somebody")),
        who=data["user"]["name"] if "user" in data else "",
        about=_about(data["conversation"]) if "conversation" in data else "",
    )


def note_words(run: Sequence[Note], place: str) -> str:
    """A run of notes of one kind in one sentence; `place` is `room` or `group`."""
    last, count = run[-1], len(run)
    who, by, about = _listed([note.who for note in run]), last.by, last.about
    if last.sort in ("entered", "left"):
        return _coming_or_going(f"{last.sort} {place}", who, count)
    return {
        "added": _("%(by)s added %(who)s.", by=by, who=who),
        "removed": _("%(by)s removed %(who)s.", by=by, who=who),
        "pinned": ngettext(
            "%(by)s pinned a message.", "%(by)s pinned %(num)s messages.", count, by=by
        ),
        "archived": _("%(by)s archived the room.", by=by),
        "updated": _updated(place, by, about),
    }[last.sort]


def is_same_run(one: Note, other: Note) -> bool:
    """Whether both share a sentence when they are adjacent."""
    is_by_somebody = one.sort not in ("entered", "left")
    return one.sort == other.sort and not (is_by_somebody and one.by_id != other.by_id)


def actors_of(events: Iterable[Event]) -> set[int]:
    """The ids of the people whose names `note_of` needs."""
    return {by_id for event in events if (by_id := event["data"].get("by_id"))}


def _sort_of(type_: str, data: EventData) -> str:
    if type_ == UPDATED:
        # An archived room accepts no change except reopening.
        return "archived" if data["conversation"]["archived"] else "updated"
    if type_ == PINNED:
        return "pinned"
    is_own_doing = data.get("by_id") in (None, data["user_id"])
    if type_ == JOINED:
        return "entered" if is_own_doing else "added"
    return "left" if is_own_doing else "removed"


def _about(conversation: ConversationCore) -> str:
    name = conversation["name"] or ""
    shown = f"# {name}" if name and conversation["kind"] == "room" else name
    return " · ".join(part for part in (shown, conversation["topic"]) if part)


def _coming_or_going(what: str, who: str, count: int) -> str:
    match what:
        case "entered room":
            words = ngettext(
                "%(who)s has entered the room.", "%(who)s have entered the room.", count, who=who
            )
        case "entered group":
            words = ngettext(
                "%(who)s has entered the group.", "%(who)s have entered the group.", count, who=who
            )
        case "left room":
            words = ngettext(
                "%(who)s has left the room.", "%(who)s have left the room.", count, who=who
            )
        case _other:
            words = ngettext(
                "%(who)s has left the group.", "%(who)s have left the group.", count, who=who
            )
    return words


def _updated(place: str, by: str, about: str) -> str:
    if place == "group":
        if about:
            return _("%(by)s updated the group: %(about)s", by=by, about=about)
        return _("%(by)s updated the group", by=by)
    if about:
        return _("%(by)s updated the room: %(about)s", by=by, about=about)
    return _("%(by)s updated the room", by=by)


def _listed(names: list[str]) -> str:
    """`Bob`, `Bob and Dana`, `Bob, Dana and Eve`, and at most that many before `9 others`."""
    if len(names) > MOST_NAMES:
        others = len(names) - MOST_NAMES + 1
        names = [*names[: MOST_NAMES - 1], ngettext("%(num)s other", "%(num)s others", others)]
    *before, last = names
    return _("%(names)s and %(last)s", names=", ".join(before), last=last) if before else last
