"""A site on this machine, and a client that may reach it."""

from collections.abc import Iterator

import pytest

from servicekit.public_web.client import PublicWeb
from tests.servicekit.public_web.site import Site, on_loopback, served


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[str, type[Site]]]:
    with served() as (port, handler):
        yield f"http://127.0.0.1:{port}", handler


@pytest.fixture
def web() -> PublicWeb:
    return PublicWeb("Parley/test", permits=on_loopback)
