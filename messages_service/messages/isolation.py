"""Keeps one failing message of a group from harming the others."""

from collections.abc import Callable, Sequence
from itertools import groupby

from sqlalchemy.exc import DBAPIError

from messages_service.messages.outgoing import Outcome, Pending
from servicekit.data.db import DATABASE_ERRORS, problem_of

Store = Callable[[Sequence[Pending]], dict[Pending, Outcome]]
LOCK_TIMEOUT, DEADLOCK = "55P03", "40P01"


def isolated(store: Store, group: Sequence[Pending]) -> dict[Pending, Outcome]:
    """The outcome of each by `store`; a group that fails is tried again in smaller groups.

    `store` stores all of a group or, if it raises, nothing; or the connection was lost at the
    commit, and nobody knows: then nothing is tried again.
    """
    if not group:
        return {}
    try:
        return store(group)
    except Exception as error:
        smaller_groups = _split(group, error)
        if len(smaller_groups) == 1:
            return dict.fromkeys(group, problem_of(error))
    outcomes: dict[Pending, Outcome] = {}
    for smaller in smaller_groups:
        outcomes |= isolated(store, smaller)
    return outcomes


def _split(group: Sequence[Pending], error: Exception) -> list[list[Pending]]:
    """The groups to try next: only `group` itself if none of its messages is to blame."""
    sqlstate = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    if sqlstate == LOCK_TIMEOUT:
        # One locked conversation must not stop the others; each costs the timeout only once.
        by_address = sorted(group, key=lambda pending: str(pending.address))
        return [list(some) for _, some in groupby(by_address, lambda pending: pending.address)]
    if isinstance(error, DATABASE_ERRORS) and sqlstate != DEADLOCK:
        return [list(group)]
    return [[pending] for pending in group]
