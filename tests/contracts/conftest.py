"""A Parley of these tests' own, where dana is the administrator, and the two doors to it."""

from collections.abc import Iterator

import pytest

from tests.contracts.doors import Door
from tests.support.cast import Person
from tests.support.stack import Stack

WIDE_OPEN = {"RATE_MESSAGES": "1000000", "MAX_UPLOAD_BYTES": "20000000"}


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("contracts"), environ=WIDE_OPEN) as running:
        yield running


@pytest.fixture(scope="package")
def dana(stack: Stack) -> Person:
    """The very first account, and so the administrator."""
    return stack.sign_up("dana")


@pytest.fixture(scope="package")
def alice(stack: Stack, dana: Person) -> Person:
    return stack.sign_up("alice")


@pytest.fixture(scope="package")
def bob(stack: Stack, dana: Person) -> Person:
    return stack.sign_up("bob")


@pytest.fixture(scope="package")
def charlie(stack: Stack, dana: Person) -> Person:
    return stack.sign_up("charlie")


@pytest.fixture(params=["gateway", "owner"])
def door(request: pytest.FixtureRequest, stack: Stack) -> Door:
    return Door.named(request.param, stack)
