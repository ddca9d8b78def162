"""Fixtures for attacks on a whole Parley."""

import pytest

from tests.gateway_frontend.visitors import Visitor
from tests.support.stack import Stack


@pytest.fixture
def visitor(stack: Stack) -> Visitor:
    """Somebody with a browser that runs no scripts."""
    return Visitor(stack.url)
