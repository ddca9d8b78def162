"""Group commit: items that arrive during a transaction share the next one.

A commit costs the same for one row as for many. A single item is not delayed.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
Store = Callable[[Sequence[Item]], Sequence[Outcome]]
MOST_AT_ONCE = 100


class _Ticket(Generic[Item, Outcome]):
    """One caller's item and its outcome."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.outcome: Outcome | None = None
        self.error: BaseException | None = None
        self.is_settled = False
        self.call = threading.Lock()
        self.call.acquire()

    def settle(self, outcome: Outcome | None, error: BaseException | None) -> None:
        self.outcome, self.error, self.is_settled = outcome, error, True
        self.call.release()


class GroupCommit(Generic[Item, Outcome]):
    """Items of many threads, stored by one of them at a time: all that wait, together."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[_Ticket[Item, Outcome]] = deque()
        self._is_storing = False

    def __len__(self) -> int:
        """The number of items that wait for the next transaction."""
        return len(self._waiting)

    def add(self, item: Item, store: Store[Item, Outcome]) -> Outcome:
        """Store `item`, perhaps together with others; every caller gives the same `store`.

        `store` returns an outcome for each item; an exception reaches all of its callers.
        """
        ticket: _Ticket[Item, Outcome] = _Ticket(item)
        with self._lock:
            self._waiting.append(ticket)
            is_mine, self._is_storing = not self._is_storing, True
        if not is_mine:
            ticket.call.acquire()  # it is settled, or first in line
        if not ticket.is_settled:
            self._store_waiting(store)
        if ticket.error is not None:
            raise ticket.error
        return ticket.outcome  # type: ignore[return-value]

    def _store_waiting(self, store: Store[Item, Outcome]) -> None:
        with self._lock:
            count = min(len(self._waiting), MOST_AT_ONCE)
            batch = [self._waiting.popleft() for _ in range(count)]
        error: BaseException | None = None
        outcomes: Sequence[Outcome | None] = [None] * count
        try:
            outcomes = store([ticket.item for ticket in batch])
        except BaseException as raised:
            error = raised
        finally:
            self._call_next()
        for ticket, outcome in zip(batch, outcomes, strict=True):
            ticket.settle(outcome, error)

    def _call_next(self) -> None:
        with self._lock:
            self._is_storing = bool(self._waiting)
            if self._waiting:
                self._waiting[0].call.release()
