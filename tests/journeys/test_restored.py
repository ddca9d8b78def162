"""A database put back to an older state: browsers show what is there now, without a loop."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from deploy.local.programs import ROOT
from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet
from tests.support.cast import Person
from tests.support.stack import Stack

pytestmark = pytest.mark.slow

SUFFIXES = ("", "-wal", "-shm")


def copy_database(source: Path, target: Path) -> None:
    """The service is stopped meanwhile, as an administrator would have it."""
    target.mkdir(exist_ok=True)
    for suffix in SUFFIXES:
        name = f"messages.sqlite3{suffix}"
        (target / name).unlink(missing_ok=True)
        if (source / name).exists():
            shutil.copy(source / name, target / name)


def renew_epoch(stack: Stack) -> None:
    command = [sys.executable, "-m", "flask", "--app", "messages_service.wsgi", "renew-epoch"]
    environ = dict(stack.programs["messages_service"].environ)
    subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True)


def test_open_windows_reset_once_after_a_restore(
    open_window: OpenWindow, alice: Person, bob: Person, stack: Stack, tmp_path: Path
) -> None:
    conversation_id = meet(alice, bob)
    his = open_window(bob)
    his.open(conversation_id)
    service = stack.processes["messages_service"]
    service.stop()
    copy_database(stack.directory, tmp_path)
    stack.start_service("messages_service")
    for number in range(3):
        alice.send(f"Lost in the restore {number}", to=bob)
    expect(his.messages("Lost in the restore 2")).to_be_visible()

    service.stop()
    copy_database(tmp_path, stack.directory)
    renew_epoch(stack)
    stack.start_service("messages_service")
    pages: list[str] = []
    his.page.on("request", lambda request: pages.append(request.url))
    alice.send("After the restore", to=bob)
    expect(his.messages("After the restore")).to_be_visible()
    assert his.texts() == ["Hello Bob", "After the restore"]
    alice.send("And on it goes", to=bob)
    expect(his.messages("And on it goes")).to_be_visible()
    assert his.texts() == ["Hello Bob", "After the restore", "And on it goes"]
    assert sum(url.endswith(f"/conversations/{conversation_id}/messages") for url in pages) == 1
