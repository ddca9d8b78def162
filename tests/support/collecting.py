"""Make the collection of tests quick: each worker collects all of them.

Garbage is not looked for among the tests themselves: there are many, and they stay.
"""

import gc
from collections.abc import Generator
from pathlib import Path

import pytest

WHOLLY_SLOW = "\npytestmark = pytest.mark.slow\n"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Files of slow tests alone are not imported when slow tests are deselected."""
    if "not slow" not in config.option.markexpr or collection_path.suffix != ".py":
        return None
    return True if WHOLLY_SLOW in collection_path.read_text() else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
