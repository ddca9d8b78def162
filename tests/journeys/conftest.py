"""People in front of browsers."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.windows import Window
from tests.support.browser import Profiles
from tests.support.cast import Person
from tests.support.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Browser

OpenWindow = Callable[..., Window]


@pytest.fixture(scope="session")
def profiles(browser: "Browser", stack: Stack) -> Profiles:
    return Profiles(browser, stack.url)


@pytest.fixture
def open_window(profiles: Profiles) -> Iterator[OpenWindow]:
    """`open_window(alice)`: her own browser, logged in; what scripts complain of fails the test."""
    windows: list[Window] = []

    def open_(person: Person | None = None, **options: Any) -> Window:
        window = Window(profiles, **options)
        windows.append(window)
        if person is not None:
            window.log_in(person)
        return window

    yield open_
    complaints = [complaint for window in windows for complaint in window.complaints]
    for window in windows:
        window.close()
    assert not complaints
