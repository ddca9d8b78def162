"""The same few people for all of these tests, dana the administrator, and the two doors."""

import pytest

from tests.contracts.doors import Door
from tests.support.cast import Person
from tests.support.stack import Stack


@pytest.fixture(scope="package")
def dana(admin: Person) -> Person:
    return admin


@pytest.fixture(scope="package")
def alice(stack: Stack) -> Person:
    return stack.sign_up("alice")


@pytest.fixture(scope="package")
def bob(stack: Stack) -> Person:
    return stack.sign_up("bob")


@pytest.fixture(scope="package")
def charlie(stack: Stack) -> Person:
    return stack.sign_up("charlie")


@pytest.fixture(params=["gateway", pytest.param("owner", marks=pytest.mark.slow)])
def door(request: pytest.FixtureRequest, stack: Stack) -> Door:
    """A request by the gateway reaches the owner, too; the owner alone is for the slow tier."""
    return Door.named(request.param, stack)
