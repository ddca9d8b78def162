"""A conversation's page as rows: messages with shared headings, notes, days, the "new" line."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal, TypedDict

from gateway_frontend.drawing.filters import day_name, local
from gateway_frontend.drawing.notes import Note, is_same_run, note_words
from gateway_frontend.shapes import Message

HEAD_LASTS = timedelta(minutes=5)


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
    previous: Message | None = None
    last_date: str | None = None
    entries: list[Message | Note] = sorted([*messages, *notes], key=_seq_of)
    words = _words_by_seq(entries, place)
    for index, entry in enumerate(entries):
        date = entry.date if isinstance(entry, Note) else entry["date"]
        starts_day = last_date is None or local(last_date).date() != local(date).date()
        if starts_day:
            yield {"kind": "day", "label": day_name(date)}
        last_date = date
        if isinstance(entry, Note):
            yield {"kind": "note", "note": entry, "words": words[entry.seq]}
            continue
        starts_new = entry is first_new
        if starts_new:
            yield {"kind": "new"}
        shares_head = (
            index > 0 and entries[index - 1] is previous and _shares_heading(previous, entry)
        )
        is_head = starts_day or starts_new or not shares_head
        yield {"kind": "message", "message": entry, "is_head": is_head}
        previous = entry


def _seq_of(entry: Message | Note) -> int:
    return entry.seq if isinstance(entry, Note) else entry["seq"]


def _words_by_seq(entries: list[Message | Note], place: str) -> dict[int, str]:
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


def _shares_heading(previous: Message | None, message: Message) -> bool:
    if previous is None or previous["author_id"] != message["author_id"]:
        return False
    earlier, later = (
        datetime.fromisoformat(previous["date"]),
        datetime.fromisoformat(message["date"]),
    )
    return abs(later - earlier) < HEAD_LASTS
