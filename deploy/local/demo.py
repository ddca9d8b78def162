"""Fills a fresh Parley with alice, bob, charlie, rooms and some history, through the public API."""

import os
import sys
import uuid
from pathlib import Path
from typing import Any

import requests

from deploy.local.config import CannotStart, Config
from deploy.local.programs import Program
from deploy.local.secret_files import keep_secret, write_private

PEOPLE = ("alice", "bob", "charlie")
SECRETS = "secrets"
TIMEOUT = 15

ROOMS = (
    ("general", "Everything that concerns all of us"),
    ("kitchen", "Who cooks what, and when"),
)
ROOM_TALK = {
    "general": (
        ("alice", "Good morning, everybody! **Parley** is up."),
        ("bob", "Morning. I can see this without reloading the page :)"),
        ("charlie", "Then let us try a list:\n\n- one\n- two\n- three"),
        ("alice", "Works. The kitchen has a room of its own, by the way."),
    ),
    "kitchen": (
        ("charlie", "Lentil soup at noon. Who is in?"),
        ("bob", "Me! I bring bread."),
        ("alice", "Count me in, too."),
    ),
}
POLL = {
    "question": "What do we cook on Saturday?",
    "choices": ["Dumplings", "Lasagne", "Order in"],
}
DIRECT_TALK = (
    ("alice", "bob", "Bob, have you seen where a message is stored?"),
    ("bob", "alice", "Yes: `messages_service/log.py`, in one transaction."),
    ("alice", "bob", "And what is published comes after the commit. Thanks!"),
    ("charlie", "alice", "Shall I order the flour?"),
)


def fill_demo(config: Config) -> str:
    """What to tell the person in front of the terminal; a second start changes nothing."""
    password = keep_secret(config.data_dir / SECRETS, "demo_password").read_text()[:16]
    done = config.data_dir / "demo.filled"
    if not done.exists():
        try:
            demo = Demo(config.public_url, password)
            demo.fill()
            demo.invite_eliza(eliza_token_file(config))
        except requests.RequestException as error:
            raise CannotStart(f"the demo could not be filled: {error}") from None
        done.touch()
    return f"Log in as {', '.join(PEOPLE)}; the password of each is: {password}"


def plan_eliza(config: Config) -> Program:
    """The bot's process, which waits for its account and is not missed when it fails."""
    token_file = eliza_token_file(config)
    return Program(
        name="eliza",
        argv=(sys.executable, "-m", "deploy.local.wait_for", str(token_file), "bots.eliza"),
        environ={
            **os.environ,
            "PARLEY_URL": config.public_url,
            "ELIZA_TOKEN_FILE": str(token_file),
            "PYTHONUNBUFFERED": "1",
        },
        is_vital=False,
    )


def eliza_token_file(config: Config) -> Path:
    return config.data_dir / SECRETS / "eliza_token"


class Demo:
    """The three people's sessions at the gateway; each step may have been done before."""

    def __init__(self, url: str, password: str) -> None:
        self._url, self._password = url, password
        self._sessions: dict[str, requests.Session] = {}
        self._ids: dict[str, int] = {}
        self._rooms: dict[str, int] = {}

    def fill(self) -> None:
        for nickname in PEOPLE:
            self._sign_up(nickname)
        for name, topic in ROOMS:
            room_id = self._rooms[name] = self._open_room(name, topic)
            for author, content in ROOM_TALK[name]:
                self._say(author, content, conversation_id=room_id)
        self._ask("bob", self._rooms["kitchen"])
        for author, recipient, content in DIRECT_TALK:
            self._say(author, content, recipient_id=self._ids[recipient])

    def invite_eliza(self, token_file: Path) -> None:
        """Her account's only token goes into the file; alice, the first account, is the admin."""
        eliza = {
            "name": "Eliza",
            "nickname": "eliza",
            "email": "eliza@example.com",
            "role": "bot",
        }
        if not token_file.exists():
            account = self._request("POST", "alice", "/api/users", json=eliza).json()
            write_private(token_file, account["token"])
            for room_id in self._rooms.values():
                path = f"/api/conversations/{room_id}/members/{account['id']}"
                self._request("PUT", "alice", path)

    def _sign_up(self, nickname: str) -> None:
        session = requests.Session()
        session.trust_env = False
        person = {
            "name": nickname.capitalize(),
            "nickname": nickname,
            "email": f"{nickname}@example.com",
            "password": self._password,
        }
        answer = session.post(f"{self._url}/api/users", json=person, timeout=TIMEOUT)
        if answer.status_code == requests.codes.conflict:
            session.headers["Authorization"] = f"Bearer {self._log_in(session, nickname)}"
        else:
            answer.raise_for_status()
            session.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        self._sessions[nickname] = session
        people = self._request("GET", nickname, f"/api/users?q={nickname}").json()
        self._ids[nickname] = next(p["id"] for p in people if p["nickname"] == nickname)

    def _log_in(self, session: requests.Session, nickname: str) -> str:
        login = {"login": nickname, "password": self._password}
        answer = session.post(f"{self._url}/api/sessions", json=login, timeout=TIMEOUT)
        if answer.status_code != requests.codes.created:
            raise CannotStart(
                f"the data folder already has another {nickname}; choose a new one with DATA_DIR="
            )
        return str(answer.json()["access_token"])

    def _open_room(self, name: str, topic: str) -> int:
        mine = self._request("GET", "alice", "/api/conversations").json()
        room_id = next((c["id"] for c in mine if c["name"] == name), None)
        if room_id is None:
            room = {"kind": "room", "name": name, "topic": topic, "visibility": "public"}
            room_id = self._request("POST", "alice", "/api/conversations", json=room).json()["id"]
        for nickname in PEOPLE[1:]:
            path = f"/api/conversations/{room_id}/members/{self._ids[nickname]}"
            self._request("PUT", nickname, path)
        return int(room_id)

    def _say(self, author: str, content: str, **to: int) -> None:
        # The same id each time: said twice, it is stored once.
        client_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"parley demo: {author}: {content}"))
        message = {"content": content, "client_id": client_id, **to}
        self._request("POST", author, "/api/messages", json=message)

    def _ask(self, author: str, room_id: int) -> None:
        client_id = str(
            uuid.uuid5(uuid.NAMESPACE_OID, f"parley demo: {author}: {POLL['question']}")
        )
        asked = {"conversation_id": room_id, "client_id": client_id, **POLL}
        poll = self._request("POST", author, "/api/polls", json=asked).json()
        for voter, choice in (("bob", 0), ("charlie", 1)):
            vote = {"choice_ids": [poll["choices"][choice]["id"]]}
            self._request("POST", voter, f"/api/polls/{poll['id']}/votes", json=vote)

    def _request(self, method: str, nickname: str, path: str, **options: Any) -> requests.Response:
        session = self._sessions[nickname]
        answer = session.request(method, self._url + path, timeout=TIMEOUT, **options)
        answer.raise_for_status()
        return answer
