"""Waiting for something to become true, instead of sleeping and hoping."""

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
LONGEST_INTERVAL = 0.1


def wait_until(
    condition: Callable[[], Result], timeout: float = 30, interval: float = 0.02, what: str = ""
) -> Result:
    """The first truthy answer of `condition`; an exception of it counts as "not yet".

    It is asked less often as time passes: asking takes CPU time from what is waited for.
    """
    deadline = time.monotonic() + timeout
    reason: Exception | None = None
    while True:
        try:
            if answer := condition():
                return answer
            reason = None
        except Exception as error:
            reason = error
        if time.monotonic() > deadline:
            name = what or getattr(condition, "__name__", "condition")
            raise TimeoutError(f"{name}: not so within {timeout} s") from reason
        time.sleep(interval)
        interval = max(interval, min(interval * 1.2, LONGEST_INTERVAL))
