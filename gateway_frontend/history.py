"""A page of a conversation: its messages, and the events between them that become notes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from gateway_frontend.clients import MessagesClient
from gateway_frontend.notes import TYPES

Json = dict[str, Any]
PAGE = 50
WINDOW = 200
MOST_WINDOWS = 5
"""Between two messages there may be thousands of votes; a page looks through the last thousand."""


@dataclass(frozen=True)
class History:
    """`is_whole`: nothing is before it."""

    messages: list[Json]
    events: list[Json]
    is_whole: bool


def read_history(
    client: MessagesClient, token: str, conversation: Json, before: int | None = None
) -> History:
    """The newest page, or the one before a seq; direct conversations have no notes."""
    conversation_id = conversation["id"]
    messages = client.messages(token, conversation_id, before, PAGE)
    is_whole = len(messages) < PAGE or messages[0]["seq"] == 1
    if conversation["kind"] == "direct":
        return History(messages, [], is_whole)
    seqs = [message["seq"] for message in messages]
    first = 1 if is_whole else seqs[0]
    last = before - 1 if before else max([conversation["last_seq"], *seqs])
    events = []
    for after, limit in windows(seqs, first, last):
        page = client.events(token, conversation_id, after, limit)["events"]
        events += [event for event in page if event["type"] in TYPES]
    return History(messages, sorted(events, key=lambda event: int(event["seq"])), is_whole)


def windows(seqs: Sequence[int], first: int, last: int) -> Iterator[tuple[int, int]]:
    """What to ask of the log, latest first, as (after, limit).

    Seqs have no holes, so whatever is missing among the messages' is some other event, and a page
    of nothing but messages asks for nothing.
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
