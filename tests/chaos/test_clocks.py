"""Wall clocks that jump: of the whole machine, and of one service beside the others."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests

from tests.chaos.scene import Scene, assert_kept
from tests.conftest import LIMITS
from tests.support.cast import Person
from tests.support.clocks import ClockStack

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
JUMPS = (1, -1, 24, -24)
"""Hours."""


@pytest.fixture(scope="module")
def shared_clocks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClockStack]:
    with ClockStack(tmp_path_factory.mktemp("clocks"), environ=LIMITS) as running:
        yield running


@pytest.fixture
def clocks(shared_clocks: ClockStack) -> Iterator[ClockStack]:
    """A Parley whose clocks are right at the beginning and the end of a test."""
    yield shared_clocks
    shared_clocks.set_all_clocks(0)


def hours_ahead(url: str) -> int:
    """By how many hours the service at `url` believes to be ahead."""
    date = requests.get(f"{url}/healthz", timeout=10).headers["Date"]
    return round((parsedate_to_datetime(date) - datetime.now(UTC)) / timedelta(hours=1))


def access_token(clocks: ClockStack, person: Person) -> str:
    """A new signed token, as a browser's page has it."""
    login = {"login": person.nickname, "password": person.password}
    answer = requests.post(f"{clocks.users_url}/api/sessions", json=login, timeout=10)
    assert answer.status_code == 201, answer.text
    token: str = answer.json()["access_token"]
    return token


def test_a_clock_jump_of_the_whole_machine_loses_nothing(clocks: ClockStack) -> None:
    with Scene(clocks) as scene:
        for hours in JUMPS:
            for shift in (hours, 0):
                clocks.set_all_clocks(shift)
                assert hours_ahead(clocks.messages_url) == shift
                scene.wait_for_traffic()

        assert_kept(scene.judge(f"all clocks set by {JUMPS} hours"))


@pytest.mark.parametrize("name", ["gateway_frontend", "realtime_service", "users_service"])
def test_a_service_with_a_wrong_clock_loses_nothing(clocks: ClockStack, name: str) -> None:
    """API tokens that messages_service has seen are accepted as before."""
    url = clocks.programs[name].ready_url
    assert url is not None
    with Scene(clocks) as scene:
        for hours in JUMPS:
            for shift in (hours, 0):
                clocks.set_clock(name, shift)
                assert hours_ahead(url.removesuffix("/readyz")) == shift
                scene.wait_for_traffic()

        assert_kept(scene.judge(f"{name}: clock set by {JUMPS} hours"))


@pytest.mark.parametrize("hours", JUMPS)
@pytest.mark.parametrize("name", ["messages_service", "users_service"])
def test_tokens_are_refused_with_401_while_two_clocks_differ(
    clocks: ClockStack, name: str, hours: int
) -> None:
    alice = clocks.sign_up("alice")
    path = f"{clocks.messages_url}/api/conversations"

    def ask(token: str) -> requests.Response:
        return requests.get(path, headers={"Authorization": f"Bearer {token}"}, timeout=10)

    clocks.set_clock(name, hours)
    is_expired = (hours > 0) == (name == "messages_service")
    for token in (access_token(clocks, alice), alice.token):
        refused = ask(token)
        assert refused.status_code == 401, refused.text
        reason = "token-expired" if is_expired else "token-invalid"
        assert refused.json()["type"] == f"urn:parley:problem:{reason}"

    clocks.set_clock(name, 0)
    for token in (access_token(clocks, alice), alice.token):
        assert ask(token).ok
