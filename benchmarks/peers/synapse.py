"""The peer Matrix Synapse, as its documentation installs it: one process and SQLite."""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha1
from hmac import new as hmac
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from benchmarks.cores import on_core, server_core
from benchmarks.http_load import Connection, Send
from benchmarks.targets import Target, content, folder_of_server
from tests.support.ports import free_port
from tests.support.process import Process
from tests.support.waiting import wait_until

PYTHON = Path(__file__).resolve().parent / ".synapse" / "bin" / "python"
NAME = "Matrix Synapse"
API = "/_matrix/client/v3"
SHARED_SECRET = secrets.token_hex()
UNLIMITED = {"per_second": 1_000_000, "burst_count": 1_000_000}


def is_installed() -> bool:
    return (PYTHON.parent / "synapse_homeserver").exists()


@contextmanager
def running_synapse() -> Iterator[Target]:
    with folder_of_server() as folder:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        command = (str(PYTHON), "-m", "synapse.app.homeserver", "-c", str(_configure(folder, port)))
        with on_core(server_core()):
            keys = Process((*command, "--generate-keys"), log=folder / "keys.log", cwd=folder)
            keys.start()
            wait_until(lambda: not keys.is_running, 60, what="Synapse has made its keys")
            process = Process(command, log=folder / "log", cwd=folder)
            process.start()
        try:
            wait_until(lambda: requests.get(url + "/health", timeout=5).ok, 60)
            author, recipient = _register(url, "alice"), _register(url, "bob")
            room = _make_room(url, author, recipient)
            yield Target(
                name=NAME,
                url=url,
                sender=_sending(url, room, author),
                processes={"synapse": [process.pid]},
            )
        finally:
            process.kill()


def _configure(folder: Path, port: int) -> Path:
    """Its file of settings (JSON is YAML), with the limits of rates lifted as Parley's are."""
    listener = {
        "port": port,
        "bind_addresses": ["127.0.0.1"],
        "type": "http",
        "resources": [{"names": ["client"]}],
    }
    settings = {
        "server_name": "localhost",
        "report_stats": False,
        "listeners": [listener],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "chat.sqlite3")}},
        "signing_key_path": str(folder / "signing.key"),
        "media_store_path": str(folder / "media"),
        "registration_shared_secret": SHARED_SECRET,
        "trusted_key_servers": [],
        "rc_message": UNLIMITED,
        "rc_registration": UNLIMITED,
    }
    path = folder / "homeserver.yaml"
    path.write_text(json.dumps(settings))
    return path


def _register(url: str, name: str) -> str:
    """A new account's token, by the shared secret.

    https://element-hq.github.io/synapse/latest/admin_api/register_api.html
    """
    path = url + "/_synapse/admin/v1/register"
    nonce = requests.get(path, timeout=30).json()["nonce"]
    signed = "\0".join((nonce, name, "password", "notadmin")).encode()
    fields = {
        "nonce": nonce,
        "username": name,
        "password": "password",
        "mac": hmac(SHARED_SECRET.encode(), signed, sha1).hexdigest(),
    }
    answer = requests.post(path, json=fields, timeout=30)
    answer.raise_for_status()
    token: str = answer.json()["access_token"]
    return token


def _make_room(url: str, author: str, recipient: str) -> str:
    room: str = _post(url + f"{API}/createRoom", author, {"preset": "public_chat"})["room_id"]
    _post(url + f"{API}/join/{quote(room)}", recipient, {})
    return room


def _post(url: str, token: str, body: dict[str, Any]) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.post(url, json=body, headers=headers, timeout=30)
    answer.raise_for_status()
    return answer.json()


def _sending(url: str, room: str, token: str) -> Callable[[], Send]:
    def sender() -> Send:
        connection = Connection(url, token)
        prefix = f"{API}/rooms/{quote(room)}/send/m.room.message/{secrets.token_hex(8)}"

        def send(number: int) -> None:
            body = {"msgtype": "m.text", "body": content(number)}
            status = connection.put(f"{prefix}-{number}", body)
            if status != 200:
                raise RuntimeError(f"Synapse answered with {status}")

        return send

    return sender
