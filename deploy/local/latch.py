"""A condition that becomes true once, for several processes."""

import multiprocessing


class Latch:
    """Set once and for all, also by a signal handler; the processes that wait may be killed.

    `multiprocessing.Event` is no choice: who sets it waits for each waiting process to notice,
    also for one that was killed.
    """

    def __init__(self) -> None:
        # What is written is never read, so that it is there for all.
        self._reader, self._writer = multiprocessing.Pipe(duplex=False)

    def set(self) -> None:
        if not self.is_set():
            self._writer.send_bytes(b"set")

    def is_set(self) -> bool:
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> bool:
        """Whether it is set, after `timeout` seconds at the latest."""
        return self._reader.poll(timeout)
