"""docs/tutorial.md keeps its word: its commands work, its files exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stack import Stack
from tests.tutorial.httpie import run_http

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "tutorial.md").read_text()
COMMANDS = re.findall(r"^http :5001/.*$", DOCUMENT, re.MULTILINE)
ODD_ONES = {
    "http :5001/": 302,
    'http :5001/api/messages author_id=1 recipient_id=1000 content="hello?"': 422,
}
FILES = sorted(set(re.findall(r"`((?:\w+/)+\w+\.\w+)`", DOCUMENT)) - {"var/tutorial"})


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("document"), "tutorial") as running:
        yield running


def test_every_command_works_in_the_order_of_the_page(fresh: Stack) -> None:
    assert len(COMMANDS) > 20
    for command in COMMANDS:
        expected = ODD_ONES.get(command) or (201 if "=" in command else 200)
        answer = run_http(fresh.url, command)
        assert answer.status_code == expected, f"{command}\n{answer.text}"


def test_every_file_it_names_is_there() -> None:
    assert len(FILES) > 20
    assert [name for name in FILES if not (ROOT / name).exists()] == []
