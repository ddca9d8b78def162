"""Distribute the tests over workers: whole files, the slowest first."""

from collections import defaultdict
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

IN_TUTORIAL_MODE = (
    "tests/tutorial/",
    "tests/journeys/test_tutorial_pages.py",
    "tests/realtime_service/features/test_tutorial.py",
    "tests/security/test_tutorial_mode.py",
)
FIRST_IN_THEIR_UNIT = "tests/tutorial/"
"""The ids that these tests expect are those of the first people and messages."""
SECONDS = {
    "tests/contracts/test_descriptions.py": 15.0,
    "tests/deploy/test_make_run.py": 6.0,
    "tests/chaos/": 5.0,
    "tests/journeys/": 4.0,
    "tests/deploy/": 2.0,
    "tests/realtime_service/": 1.0,
}
"""About how long a test takes, where that is more than usual."""
USUAL_SECONDS = 0.2


class FewStacks(LoadFileScheduling):  # type: ignore[misc]
    """A file goes to one worker as a whole, and so do all that share a special Parley, or Chromium.

    The third of three workers needs no browser, whose first pages are the most expensive.
    """

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FewStacks:
    config.option.loadscopereorder = False  # they are in order already
    return FewStacks(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The shortest come last, so that both workers end at about the same time."""
    seconds: dict[str, float] = defaultdict(float)
    for item in items:
        seconds[unit_of(item.nodeid)] += seconds_of(item.nodeid)

    def place(item: pytest.Item) -> tuple[float, str, bool]:
        unit = unit_of(item.nodeid)
        return -seconds[unit], unit, not item.nodeid.startswith(FIRST_IN_THEIR_UNIT)

    items.sort(key=place)


def unit_of(nodeid: str) -> str:
    """The tests with the same one run on the same worker."""
    if nodeid.startswith(IN_TUTORIAL_MODE):
        return "tests/tutorial"
    if nodeid.startswith("tests/realtime_service/"):
        return "tests/realtime_service"
    file = nodeid.partition("::")[0]
    if file.startswith("tests/journeys/test_"):
        return "journeys a-l" if file < "tests/journeys/test_m" else "journeys m-z"
    return "journeys a-l" if file.endswith("_js.py") else file


def seconds_of(nodeid: str) -> float:
    folders = (seconds for folder, seconds in SECONDS.items() if nodeid.startswith(folder))
    return next(folders, USUAL_SECONDS)
