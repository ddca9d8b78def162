"""The complete bot of docs/bots.md works as it is printed."""

import os
import re
import sys
import uuid
from pathlib import Path

from deploy.local.programs import ROOT
from tests.support.cast import Person
from tests.support.process import Process
from tests.support.stack import Stack
from tests.support.waiting import wait_until

DOCUMENT = (ROOT / "docs" / "bots.md").read_text()


def test_the_printed_bot_answers_each_message_once(
    stack: Stack, admin: Person, alice: Person, tmp_path: Path
) -> None:
    code = re.search(r"^```python echo_bot.py\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert code
    (tmp_path / "echo_bot.py").write_text(code[1])
    nickname = f"echo{uuid.uuid4().hex[:8]}"
    account = {"name": "Echo", "nickname": nickname, "email": f"{nickname}@example.com"}
    bot = admin.api.post("/api/users", json=account | {"role": "bot"}).json()
    environ = {**os.environ, "PARLEY_URL": stack.url, "BOT_TOKEN": bot["token"]}
    alice.api.post("/api/messages", json={"recipient_id": bot["id"], "content": "before it runs"})

    process = Process(
        (sys.executable, "echo_bot.py"), log=tmp_path / "log", env=environ, cwd=tmp_path
    )
    process.start()
    try:
        wait_until(lambda: answers(alice, bot["id"]) == ["You said: before it runs"], 30)
        alice.api.post("/api/messages", json={"recipient_id": bot["id"], "content": "live"})
        wait_until(
            lambda: answers(alice, bot["id"]) == ["You said: before it runs", "You said: live"], 30
        )
    finally:
        process.stop()


def answers(person: Person, bot_id: int) -> list[str]:
    listed = person.api.get(f"/api/users/{person.id}/messages").json()
    return [message["content"] for message in listed if message["author_id"] == bot_id]
