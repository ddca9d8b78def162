"""Fills a fresh Parley with alice, bob, charlie and three days of talk, through the public API."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from deploy.local.config import CannotStart, Config
from deploy.local.demo_dates import move_dates
from deploy.local.demo_pictures import paint
from deploy.local.demo_previews import add_previews
from deploy.local.demo_story import (
    MUTED,
    NIGHT,
    NOTIFIED_OF_ALL,
    PEOPLE,
    PROFILES,
    ROOMS,
    SPOILER,
    STARRED,
    STORY,
    UNSENT,
    Later,
    Line,
    Poll,
    Ring,
    Room,
)
from deploy.local.eliza import SECRETS, eliza_token_file
from deploy.local.private_files import keep_secret, write_private
from deploy.local.programs import database_url

TIMEOUT = 15
ELIZA = {"name": "Eliza", "nickname": "eliza", "email": "eliza@example.com", "role": "bot"}


def fill_demo(config: Config) -> str:
    """Return the text for the terminal; a second start changes nothing."""
    password = keep_secret(config.data_dir / SECRETS, "demo_password").read_text()[:16]
    done = config.data_dir / "demo.filled"
    if not done.exists():
        try:
            demo = Demo(config.public_url, password)
            demo.fill(eliza_token_file(config))
            database = database_url("messages", config.data_dir)
            move_dates(database, demo.dates, demo.began)
            demo.administer()
            add_previews(database)
        except requests.RequestException as error:
            raise CannotStart(f"the demo could not be filled: {error}") from None
        done.touch()
    return f"Log in as {', '.join(PEOPLE)}; the password of each is: {password}"


class Demo:
    """The people's sessions at the gateway; each step may have been done before."""

    def __init__(self, url: str, password: str) -> None:
        self._url, self._password = url, password
        self._sessions: dict[str, requests.Session] = {}
        self._ids: dict[str, int] = {}
        self._rooms: dict[str, int] = {}
        self._began = datetime.now(UTC)
        self._sent_ids: dict[str, int] = {}
        self._bell: str | None = None
        self.dates: dict[int, datetime] = {}
        """When each message was written, by its id."""

    @property
    def began(self) -> datetime:
        """The moment when the rooms were made, before the first message."""
        return min(self.dates.values()) - timedelta(minutes=10)

    def fill(self, eliza_token: Path) -> None:
        for nickname, name in PEOPLE.items():
            self._sign_up(nickname, name)
            self._request("PATCH", nickname, "/api/users/me", json=PROFILES[nickname])
        self._request("PATCH", "alice", "/api/settings", json={"next_steps_dismissed": True})
        self._invite_eliza(eliza_token)
        for room in ROOMS:
            self._rooms[room.name] = self._open_room(room)
        read: dict[tuple[str, int], int] = {}
        for entry in STORY:
            conversation_id, seq = self._tell(entry)
            readers: Iterable[str] = self._sessions
            if not isinstance(entry, Ring) and entry.unread:
                readers = (entry.author,)
            read |= {(nickname, conversation_id): seq for nickname in readers}
        for (nickname, conversation_id), seq in read.items():
            self._read(nickname, conversation_id, seq)
        self._mark()
        for unsent in UNSENT:
            self._keep(unsent)

    def administer(self) -> None:
        """A report, an invite and an export for alice's pages."""
        path = f"/api/messages/{self._sent_ids[SPOILER]}/report"
        self._request("POST", "bob", path, json={"reason": "He tells the end of every film."})
        if not self._request("GET", "alice", "/api/invites").json():
            self._request("POST", "alice", "/api/invites", json={"uses": 5})
        self._request("GET", "alice", "/api/admin/export")  # it is in the audit log

    def _invite_eliza(self, token_file: Path) -> None:
        """Her account's only token goes into the file; alice, the first account, is the admin."""
        if not token_file.exists():
            account = self._request("POST", "alice", "/api/users", json=ELIZA).json()
            write_private(token_file, account["token"])
        session = requests.Session()
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {token_file.read_text().strip()}"
        self._sessions["eliza"] = session
        self._ids["eliza"] = self._id_of("eliza")

    def _tell(self, entry: Line | Poll | Ring) -> tuple[int, int]:
        """Write an entry of the story; returns the id of its conversation, and its seq."""
        message = self._ring(entry) if isinstance(entry, Ring) else self._write(entry)
        self.dates[message["id"]] = _date(entry.when, self._began)
        return message["conversation_id"], message["seq"]

    def _ring(self, ring: Ring) -> dict[str, Any]:
        """Post by a webhook, which is made for this start: a webhook would post a second time."""
        if self._bell is None:
            room, path = {"conversation_id": self._rooms["general"]}, "/api/webhooks/incoming"
            for earlier in self._request("GET", "alice", path).json():
                self._request("DELETE", "alice", f"{path}/{earlier['id']}")
            made = {**room, "name": "Door bell", "emoji": "🔔"}
            self._bell = self._request("POST", "alice", path, json=made).json()["url"]
        answer = requests.post(self._bell, json={"text": ring.text}, timeout=TIMEOUT)
        answer.raise_for_status()
        message: dict[str, Any] = answer.json()
        return message

    def _write(self, entry: Line | Poll) -> dict[str, Any]:
        to: dict[str, Any] = {"client_id": _client_id(entry)}
        if entry.to.startswith("@"):
            to["recipient_id"] = self._ids[entry.to[1:]]
        else:
            to["conversation_id"] = self._rooms[entry.to]
        return self._ask(entry, to) if isinstance(entry, Poll) else self._say(entry, to)

    def _keep(self, unsent: Later) -> None:
        room_id = self._rooms[unsent.to]
        if unsent.days is None:
            path, body = f"/api/conversations/{room_id}/draft", {"content": unsent.text}
            self._request("PUT", unsent.author, path, json=body)
            return
        day = datetime.now().astimezone() + timedelta(days=unsent.days)
        later = {
            "conversation_id": room_id,
            "content": unsent.text,
            "send_at": day.replace(hour=9, minute=0, second=0, microsecond=0).isoformat(),
            "client_id": str(uuid.uuid5(uuid.NAMESPACE_URL, unsent.text)),
        }
        self._request("POST", unsent.author, "/api/scheduled", json=later)

    def _say(self, line: Line, to: dict[str, Any]) -> dict[str, Any]:
        attachments = [self._upload(line.author, name, alt) for name, alt in line.pictures]
        body: dict[str, Any] = {
            "content": line.before or line.text,
            "attachments": attachments,
            **to,
        }
        if line.forwards:
            body["forwarded_from"] = self._sent_ids[line.forwards]
        if line.answers:
            body["reply_to"] = self._sent_ids[line.answers]
        message: dict[str, Any] = self._request(
            "POST", line.author, "/api/messages", json=body
        ).json()
        if message["content"] != line.text:
            edited = {"content": line.text}
            self._request("PATCH", line.author, f"/api/messages/{message['id']}", json=edited)
        for nickname, emoji in line.reactions:
            self._request("PUT", nickname, f"/api/messages/{message['id']}/reactions/{emoji}")
        if line.pinned_by:
            self._request("PUT", line.pinned_by, f"/api/messages/{message['id']}/pin")
        for nickname in line.saved_by:
            self._request("PUT", nickname, f"/api/messages/{message['id']}/saved")
        self._sent_ids[line.text] = message["id"]
        return message

    def _ask(self, poll: Poll, to: dict[str, Any]) -> dict[str, Any]:
        body = {"question": poll.question, "choices": list(poll.choices), **to}
        asked = self._request("POST", poll.author, "/api/polls", json=body).json()
        for voter, choice in poll.votes:
            vote = {"choice_ids": [asked["choices"][choice]["id"]]}
            self._request("POST", voter, f"/api/polls/{asked['id']}/votes", json=vote)
        path = f"/api/messages/{asked['message_id']}"
        message: dict[str, Any] = self._request("GET", poll.author, path).json()
        return message

    def _upload(self, author: str, name: str, alt: str) -> int:
        form = {"file": (f"{name}.jpg", paint(name), "image/jpeg")}
        answer = self._request("POST", author, "/api/attachments", files=form, data={"alt": alt})
        return int(answer.json()["id"])

    def _read(self, nickname: str, conversation_id: int, seq: int) -> None:
        """Move the read marker, if the person is in that conversation."""
        path = f"{self._url}/api/conversations/{conversation_id}/read"
        answer = self._sessions[nickname].put(path, json={"seq": seq}, timeout=TIMEOUT)
        if answer.status_code not in (requests.codes.forbidden, requests.codes.not_found):
            answer.raise_for_status()

    def _mark(self) -> None:
        tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        starred = [(*place, {"starred": True}) for place in STARRED]
        muted = [(*place, {"muted_until": tomorrow}) for place in MUTED]
        notified = [(*place, {"notify": "all"}) for place in NOTIFIED_OF_ALL]
        for nickname, room, marks in starred + muted + notified:
            path = f"/api/conversations/{self._rooms[room]}/me"
            self._request("PATCH", nickname, path, json=marks)
        self._request("PATCH", "charlie", "/api/notifications", json={"dnd_hours": NIGHT})

    def _sign_up(self, nickname: str, name: str) -> None:
        session = requests.Session()
        session.trust_env = False
        person = {
            "name": name,
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
        self._ids[nickname] = self._id_of(nickname)

    def _id_of(self, nickname: str) -> int:
        people = self._request("GET", nickname, f"/api/users?q={nickname}").json()
        return int(next(p["id"] for p in people if p["nickname"] == nickname))

    def _log_in(self, session: requests.Session, nickname: str) -> str:
        login = {"login": nickname, "password": self._password}
        answer = session.post(f"{self._url}/api/sessions", json=login, timeout=TIMEOUT)
        if answer.status_code != requests.codes.created:
            raise CannotStart(
                f"the data folder already has another {nickname}; choose a new one with DATA_DIR="
            )
        return str(answer.json()["access_token"])

    def _open_room(self, room: Room) -> int:
        owner = room.members[0]
        mine = self._request("GET", owner, "/api/conversations").json()
        room_id = next((c["id"] for c in mine if c["name"] == room.name), None)
        if room_id is None:
            body = {
                "kind": "room",
                "name": room.name,
                "topic": room.topic,
                "visibility": room.visibility,
            }
            answer = self._request("POST", owner, "/api/conversations", json=body)
            room_id = answer.json()["id"]
        for nickname in room.members[1:]:
            path = f"/api/conversations/{room_id}/members/{self._ids[nickname]}"
            self._request("PUT", owner, path)
        return int(room_id)

    def _request(self, method: str, nickname: str, path: str, **options: Any) -> requests.Response:
        session = self._sessions[nickname]
        answer = session.request(method, self._url + path, timeout=TIMEOUT, **options)
        answer.raise_for_status()
        return answer


def _client_id(entry: Line | Poll) -> str:
    """The same id at each start, so that an entry is stored once."""
    text = entry.text if isinstance(entry, Line) else entry.question
    name = f"parley demo: {entry.author}: {entry.to}: {text}"
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name))


def _date(when: str, now: datetime) -> datetime:
    """`40` is that many minutes before `now`; `-2 18:05` a time two days before."""
    if " " not in when:
        return now - timedelta(minutes=int(when))
    days, clock = when.split()
    hour, minute = map(int, clock.split(":"))
    day = now.astimezone() + timedelta(days=int(days))
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(UTC)
