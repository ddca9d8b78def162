"""The peer `node_chat.js`: express, socket.io and better-sqlite3 in one file."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from benchmarks.cores import on_core, server_core
from benchmarks.targets import Recipient, Target, folder_of_server, posting
from tests.support.ports import free_port
from tests.support.process import Process
from tests.support.waiting import wait_until

FOLDER = Path(__file__).resolve().parent
NAME = "Node, express and better-sqlite3"
AUTHOR, RECIPIENT = 1, 2


def is_installed() -> bool:
    return shutil.which("node") is not None and (FOLDER / "node_modules/better-sqlite3").exists()


@contextmanager
def running_node_chat() -> Iterator[Target]:
    with folder_of_server() as folder:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        argv = ("node", str(FOLDER / "node_chat.js"), str(port), str(folder / "chat.sqlite3"))
        process = Process(argv, log=folder / "log")
        with on_core(server_core()):
            process.start()
        try:
            wait_until(lambda: requests.get(url, timeout=5).ok, 20, what="the Node chat answers")
            yield Target(
                name=NAME,
                url=url,
                sender=posting(url, {"author_id": AUTHOR, "recipient_id": RECIPIENT}),
                processes={"node": [process.pid]},
                recipient=Recipient(url, "message", str(RECIPIENT)),
            )
        finally:
            process.kill()
