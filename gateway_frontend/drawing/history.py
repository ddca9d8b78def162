"""A page of a conversation: its messages, and the events between them that become notes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gateway_frontend.clients.messages import MessagesClient
from gateway_frontend.drawing.notes import TYPES
from gateway_frontend.shapes.conversations import Conversation, Event, OpenedConversation
from gateway_frontend.shapes.messages import Message

PAGE = 50
CONTEXT = 20
"""Messages before the first unread one."""
WINDOW = 200
MOST_WINDOWS = 5
"""There may be thousands of votes between two messages; a page reads the last thousand events."""


@dataclass(frozen=True)
class History:
    """`is_whole`: no message is older; `reaches_end`: none was newer when it was read."""

    messages: list[Message]
    events: list[Event]
    is_whole: bool
    reaches_end: bool


@dataclass(frozen=True)
class Place:
    """The part of a conversation to read, by seq; without any of these the newest page."""

    before: int | None = None
    after: int | None = None
    around: int | None = None


def read_marker(conversation: Conversation) -> int:
    """The seq of the last entry that counts as read."""
    unread_from = conversation.get("unread_from")
    return conversation["read_seq"] if unread_from is None else unread_from - 1


def read_unread(client: MessagesClient, token: str, opened: OpenedConversation) -> History:
    """The newest page, or the one around the first unread message if that is older."""
    conversation, read_seq = opened["conversation"], read_marker(opened["conversation"])
    if conversation["unread"] <= PAGE and _holds_first_unread(opened, read_seq):
        return History(opened["messages"], opened["events"], not opened["more"], reaches_end=True)
    return read_history(client, token, conversation, Place(around=read_seq))


def read_history(
    client: MessagesClient, token: str, conversation: Conversation, place: Place
) -> History:
    """Messages and events of one part."""
    found = _read_messages(client, token, conversation["id"], place)
    return _with_events(client, token, conversation, place, found)


def _with_events(
    client: MessagesClient,
    token: str,
    conversation: Conversation,
    place: Place,
    found: tuple[list[Message], bool],
) -> History:
    """These messages, and the events between them; direct conversations have no notes."""
    messages, is_whole = found
    seqs = [message["seq"] for message in messages]
    reaches_end = not seqs or seqs[-1] >= _last_message_seq(conversation)
    if conversation["kind"] == "direct":
        return History(messages, [], is_whole, reaches_end)
    first, last = _range_of(seqs, place, conversation, is_whole, reaches_end)
    events: list[Event] = []
    for after, limit in windows(seqs, first, last):
        page = client.events(token, conversation["id"], after, limit)["events"]
        events += [event for event in page if event["type"] in TYPES]
    events.sort(key=lambda event: event["seq"])
    return History(messages, events, is_whole, reaches_end)


def windows(seqs: Sequence[int], first: int, last: int) -> Iterator[tuple[int, int]]:
    """The windows of the log to read, latest first, as (after, limit).

    Seqs have no holes, so every seq that is not a message's is another event, and a page of
    messages alone needs no window.
    """
    edges = pairwise([first - 1, *seqs, last + 1])
    gaps = [(before + 1, after - 1) for before, after in edges if after - before > 1]
    for _ in range(MOST_WINDOWS):
        if not gaps:
            return
        upto = gaps[-1][1]
        after = max(upto - WINDOW, gaps[0][0] - 1)
        yield after, upto - after
        gaps = [(start, min(end, after)) for start, end in gaps if start <= after]


def _read_messages(
    client: MessagesClient, token: str, conversation_id: int, place: Place
) -> tuple[list[Message], bool]:
    """The messages of a part, and whether they are the oldest."""
    if place.around is not None:
        before = place.around + 1
        earlier, has_more = client.messages(token, conversation_id, before=before, limit=CONTEXT)
        later, _ = client.messages(token, conversation_id, after=place.around, limit=PAGE)
        return earlier + later, not has_more
    if place.after is not None and place.before is None:
        return client.messages(token, conversation_id, after=place.after, limit=PAGE)[0], False
    messages, has_more = client.messages(token, conversation_id, before=place.before, limit=PAGE)
    return messages, not has_more


def _range_of(
    seqs: list[int], place: Place, conversation: Conversation, is_whole: bool, reaches_end: bool
) -> tuple[int, int]:
    """The first and the last seq of the part of the log that belongs to these messages."""
    first = 1 if is_whole else seqs[0] if seqs else 1
    if place.after is not None and place.before is None:
        first = place.after + 1
    if place.before is not None:
        return first, place.before - 1
    return first, max([conversation["last_seq"], *seqs]) if reaches_end else seqs[-1]


def _holds_first_unread(opened: OpenedConversation, read_seq: int) -> bool:
    """Whether its newest page does, or nothing is unread."""
    is_whole = not (opened["conversation"]["unread"] and opened["more"])
    return is_whole or opened["messages"][0]["seq"] <= read_seq


def _last_message_seq(conversation: Conversation) -> int:
    last = conversation["last_message"]
    return last["seq"] if last else 0
