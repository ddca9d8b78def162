"""The Parley in tutorial mode, which these tests use before all others: ids are the tutorial's."""

from collections.abc import Callable

import pytest
import requests

from tests.support.stack import Stack
from tests.tutorial.httpie import run_http

Http = Callable[[str], requests.Response]
PEOPLE = (
    'http :5001/api/users name="Alice Caroll" email="alice@foo.com" nickname="alice"',
    'http :5001/api/users name="Bob Morane" email="bob@foo.com" nickname="bob"',
    'http :5001/api/users name="Charlie Chaplin" email="charlie@foo.com" nickname="charlie"',
)
MESSAGES = (
    'http :5001/api/messages author_id=1 recipient_id=2 content="trois petits chats"',
    'http :5001/api/messages author_id=2 recipient_id=1 content="chapeau de paille"',
    'http :5001/api/messages author_id=1 recipient_id=2 content="paillasson"',
    'http :5001/api/messages author_id=2 recipient_id=1 content="somnambule"',
    'http :5001/api/messages author_id=1 recipient_id=2 content="bulletin"',
    'http :5001/api/messages author_id=2 recipient_id=1 content="tintamarre"',
    'http :5001/api/messages author_id=2 recipient_id=3 content="not visible by 1"',
)


@pytest.fixture(scope="package")
def classroom(tutorial_stack: Stack) -> Stack:
    return tutorial_stack


@pytest.fixture(scope="package")
def http(classroom: Stack) -> Http:
    """`http('http :5001/api/users')` runs that command."""
    return lambda command: run_http(classroom.url, command)


@pytest.fixture(scope="package")
def people(http: Http) -> list[requests.Response]:
    """The answers to the three commands of step 02b."""
    return [http(command) for command in PEOPLE]


@pytest.fixture(scope="package")
def messages(http: Http, people: list[requests.Response]) -> list[requests.Response]:
    """The answers to the seven commands of step 07b."""
    return [http(command) for command in MESSAGES]
