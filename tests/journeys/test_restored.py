"""A database put back to an older state: browsers show what is there now, without a loop."""

import os
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

DATA_SERVICES = ("users_service", "messages_service")


def backup(stack: Stack, *arguments: str) -> None:
    """As `make backup` and `make restore` do it."""
    command = (sys.executable, "-m", "deploy.backup", *arguments)
    environ = {**os.environ, "DATA_DIR": str(stack.directory)}
    subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True)


def test_open_windows_reset_once_after_a_restore(
    open_window: OpenWindow, alice: Person, bob: Person, stack: Stack, tmp_path: Path
) -> None:
    conversation_id = meet(alice, bob)
    his = open_window(bob)
    his.open(conversation_id)
    backup(stack, "create", str(tmp_path / "backup.tar"))
    for number in range(3):
        alice.send(f"Lost in the restore {number}", to=bob)
    expect(his.messages("Lost in the restore 2")).to_be_visible()

    for name in DATA_SERVICES:
        stack.processes[name].stop()
    backup(stack, "restore", str(tmp_path / "backup.tar"), "--replace")
    for name in DATA_SERVICES:
        stack.start_service(name)
    pages: list[str] = []
    his.page.on("request", lambda request: pages.append(request.url))
    alice.send("After the restore", to=bob)
    expect(his.messages("After the restore")).to_be_visible()
    assert his.texts() == ["Hello Bob", "After the restore"]
    alice.send("And on it goes", to=bob)
    expect(his.messages("And on it goes")).to_be_visible()
    assert his.texts() == ["Hello Bob", "After the restore", "And on it goes"]
    assert sum(url.endswith(f"/conversations/{conversation_id}/messages") for url in pages) == 1
