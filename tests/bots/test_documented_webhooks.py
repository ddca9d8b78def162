"""The commands and the server of docs/bots.md work as they are printed."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from deploy.local.programs import PYTHON_CLIENT, ROOT
from tests.support.cast import Person
from tests.support.ports import free_port
from tests.support.process import Process
from tests.support.stack import Stack
from tests.support.waiting import wait_until

DOCUMENT = (ROOT / "docs" / "bots.md").read_text()


def block(name: str) -> str:
    found = re.search(rf"^```\w+ {re.escape(name)}\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert found, name
    return found[1]


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_each_printed_command_works_as_described(
    stack: Stack, admin: Person, alice: Person, tmp_path: Path
) -> None:
    room, port = alice.make_room(), free_port()
    environ = {
        **os.environ,
        "ADMIN_TOKEN": admin.token,
        "TOKEN": alice.token,
        "ROOM": str(room),
        "RECEIVER": f"http://127.0.0.1:{port}/",
    }

    def run(name: str) -> Any:
        command = block(name).replace("http://127.0.0.1:5001", stack.url)
        done = subprocess.run(
            ["bash", "-c", command], env=environ, capture_output=True, text=True, timeout=30
        )
        return json.loads(done.stdout)

    assert run("account")["role"] == "bot"
    environ["WEBHOOK_URL"] = run("incoming")["url"]
    posted = run("post")
    assert posted["content"] == "[Build 7](<https://ci.example.com/7>) is *green*"
    assert posted["author"]["name"] == "Deploys"
    assert run("outgoing")["secret"].startswith("whsec_")
    secret = run("command")["secret"]

    (tmp_path / "receiver.py").write_text(block("receiver.py"))
    settings = environ | {"SECRET": secret, "PORT": str(port), "PYTHONPATH": str(PYTHON_CLIENT)}
    process = Process(
        (sys.executable, "receiver.py"), log=tmp_path / "log", env=settings, cwd=tmp_path
    )
    process.start()
    try:
        wait_until(lambda: is_listening(port), 20, what=process.logs)
        path = f"/api/conversations/{room}/commands"
        answer = alice.api.post(path, json={"text": "/deploy staging"}).json()
        assert answer["message"]["content"] == "Deploying *staging*"
    finally:
        process.stop()
