"""A signing key that leaked is refused by every service."""

import sqlite3

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from deploy.local.programs import ROOT
from tests.support.cast import Person
from tests.support.process import Process
from tests.support.stack import Stack
from tests.support.waiting import wait_until

pytestmark = pytest.mark.slow


def test_a_leaked_key_is_refused_by_every_service_within_seconds(stack: Stack, bob: Person) -> None:
    login = {"login": bob.nickname, "password": bob.password}
    session = requests.post(f"{stack.users_url}/api/sessions", json=login, timeout=20).json()
    forged = _forge_admin(stack, session["access_token"])
    services = (f"{stack.users_url}/api/users/me", f"{stack.messages_url}/api/conversations")
    assert [_status(url, forged) for url in services] == [200, 200]
    _rotate_now(stack)
    wait_until(lambda: [_status(url, forged) for url in services] == [401, 401], 30)
    refresh = {"session_token": session["session_token"]}
    fresh = requests.post(f"{stack.users_url}/api/sessions/refresh", json=refresh, timeout=20)
    for url in services:
        assert _status(url, fresh.json()["access_token"]) == 200
        assert _status(url, bob.token) == 200


def _forge_admin(stack: Stack, token: str) -> str:
    """As a thief of the database and of the services' secret would."""
    kid = jwt.get_unverified_header(token)["kid"]
    claims = jwt.decode(token, options={"verify_signature": False})
    key = load_pem_private_key(_private_pem(stack, kid), stack.service_secret.encode())
    assert isinstance(key, Ed25519PrivateKey)
    return jwt.encode(claims | {"role": "admin"}, key, "EdDSA", {"kid": kid})


def _private_pem(stack: Stack, kid: str) -> bytes:
    url = stack.programs["users_service"].environ["DATABASE_URL"]
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        query = "SELECT private_pem FROM signing_keys WHERE kid = ?"
        return str(connection.execute(query, (kid,)).fetchone()[0]).encode()


def _rotate_now(stack: Stack) -> None:
    program = stack.programs["users_service"]
    command = [program.argv[0], "-m", "flask", "--app", "users_service.wsgi", "keys", "rotate"]
    log = stack.directory / "rotate.log"
    process = Process([*command, "--now"], log=log, env=program.environ, cwd=ROOT)
    process.start()
    wait_until(lambda: not process.is_running, 60)
    assert "signing with" in process.logs, process.logs


def _status(url: str, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(url, headers=headers, timeout=20).status_code
