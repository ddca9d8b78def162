"""The room in which people ask."""

import pytest

from tests.messages_service.conftest import Person


@pytest.fixture
def room(alice: Person, bob: Person) -> int:
    return alice.make_room(bob)
