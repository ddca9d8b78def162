"""A conversation's page as rows: messages with shared headings, notes, days, the "new" line."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, TypedDict

from gateway_frontend.drawing.filters import day_name, local, reader_zone
from gateway_frontend.drawing.notes import Note, is_same_run, note_words
from gateway_frontend.shapes.messages import Message

HEAD_LASTS = timedelta(minutes=5)
Heading = tuple[int, str, datetime]
"""The id and name of a message's author, and its time."""


class DayRow(TypedDict):
    kind: Literal["day"]
    label: str


class NewRow(TypedDict):
    """The "new" line."""

    kind: Literal["new"]


class NoteRow(TypedDict):
    """`words` are empty where a later note speaks for the run."""

    kind: Literal["note"]
    note: Note
    words: str


class MessageRow(TypedDict):
    """`is_head`: shown with the author's name."""

    kind: Literal["message"]
    message: Message
    is_head: bool


Row = DayRow | NewRow | NoteRow | MessageRow


def first_unread(
    messages: list[Message], read_seq: int, my_id: int, is_whole: bool
) -> Message | None:
    """The first message of others after the read marker; None if there may be earlier ones."""
    if not is_whole and messages and messages[0]["seq"] > read_seq:
        return None
    return next((m for m in messages if m["seq"] > read_seq and m["author_id"] != my_id), None)


def rows_of(
    messages: list[Message], first_new: Message | None, notes: list[Note], place: str
) -> Iterator[Row]:
    """Rows in order; the "new" line comes before the message `first_new`."""
    zone = reader_zone()
    entries: Sequence[Message | Note] = messages
    words: dict[int, str] = {}
    if notes:
        entries = sorted([*messages, *notes], key=_seq_of)
        words = _words_by_seq(entries, place)
    day: date | None = None
    heading: Heading | None = None
    for entry in entries:
        written_on = entry.date if isinstance(entry, Note) else entry["date"]
        moment = datetime.fromisoformat(written_on)
        last_day, day = day, moment.astimezone(zone).date()
        if day != last_day:
            heading = None
            yield {"kind": "day", "label": day_name(written_on)}
        if isinstance(entry, Note):
            heading = None
            yield {"kind": "note", "note": entry, "words": words[entry.seq]}
            continue
        if entry is first_new:
            heading = None
            yield {"kind": "new"}
        # By the name as well: webhooks share an account.
        last, heading = heading, (entry["author_id"], entry["author"]["name"], moment)
        yield {"kind": "message", "message": entry, "is_head": not _is_shared(last, heading)}


def _seq_of(entry: Message | Note) -> int:
    return entry.seq if isinstance(entry, Note) else entry["seq"]


def _words_by_seq(entries: Sequence[Message | Note], place: str) -> dict[int, str]:
    """The words of each note, by seq: a run of notes is collapsed into its last one."""
    words: dict[int, str] = {}
    run: list[Note] = []
    for entry in entries:
        if not isinstance(entry, Note):
            run = []
            continue
        if run and _continues(run[-1], entry):
            words[run[-1].seq] = ""
        else:
            run = []
        run = [*run, entry]
        words[entry.seq] = note_words(run, place)
    return words


def _continues(earlier: Note, later: Note) -> bool:
    is_same_day = local(earlier.date).date() == local(later.date).date()
    return is_same_day and is_same_run(earlier, later)


def _is_shared(last: Heading | None, heading: Heading) -> bool:
    """Whether a message is shown below the heading of the one before, by its author and time."""
    return last is not None and last[:2] == heading[:2] and abs(heading[2] - last[2]) < HEAD_LASTS
