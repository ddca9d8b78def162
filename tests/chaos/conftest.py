"""One Parley to break, and the table of what came of it."""

from collections.abc import Iterator

import pytest

from tests.chaos.scene import VERDICTS, Scene, Verdict
from tests.support.stack import Stack


@pytest.fixture
def scene(stack: Stack) -> Iterator[Scene]:
    """Start everything again that a test has stopped."""
    with Scene(stack) as running:
        yield running
    if not stack.redis.process.is_running:
        stack.redis.start()
    for process in stack.processes.values():
        if not process.is_running:
            process.start()
    for name in stack.processes:
        stack.wait_ready(name)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if VERDICTS:
        terminalreporter.section("faults under load")
        for line in (Verdict.header(), *map(str, VERDICTS)):
            terminalreporter.write_line(line)
