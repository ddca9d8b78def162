"""The order of the log: each event once, in the order of `seq`, per conversation. No I/O."""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from parley_client.shapes import Event


@dataclass
class Place:
    """How far the log of one conversation was followed."""

    seq: int
    epoch: str | None = None
    waiting: dict[int, Event] = field(default_factory=dict)
    """Events beyond a gap, by seq."""
    ask_at: float | None = None
    """When the missing events are to be asked for; None without a gap."""


class Log:
    """Puts events in order; says which conversations lack events."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.places: dict[int, Place] = {}
        self._clock = clock

    def apply(self, event: Event) -> Iterator[Event]:
        """The events that are next in order now. The conversation must have a place."""
        place = self.places[event["conversation_id"]]
        if event["seq"] > place.seq:
            place.waiting[event["seq"]] = event
        while next_event := place.waiting.pop(place.seq + 1, None):
            place.seq, place.epoch = next_event["seq"], next_event["epoch"]
            yield next_event
        if not place.waiting:
            place.ask_at = None
        elif place.ask_at is None:
            # At random: the clients of a large room shall not ask at the same moment.
            place.ask_at = self._clock() + random.uniform(0.15, 0.3)  # noqa: S311

    def apply_page(self, events: Iterable[Event]) -> Iterator[Event]:
        """The same for a page of the log."""
        for event in events:
            yield from self.apply(event)

    def is_of_another_epoch(self, event: Event) -> bool:
        """Whether the server was restored from a backup since the last event."""
        epoch = self.places[event["conversation_id"]].epoch
        return epoch is not None and epoch != event["epoch"]

    def due(self) -> list[int]:
        """The conversations whose missing events are to be asked for now."""
        now = self._clock()
        return [
            conversation_id
            for conversation_id, place in self.places.items()
            if place.ask_at is not None and place.ask_at <= now
        ]

    def wait(self) -> float | None:
        """Seconds until the next one is due; None if none will be."""
        moments = [place.ask_at for place in self.places.values() if place.ask_at is not None]
        return max(0.0, min(moments) - self._clock()) if moments else None
