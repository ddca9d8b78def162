"""The people of the tests, always the same four, and what each can do over the API."""

import itertools
from dataclasses import dataclass, field
from typing import Any

import requests

from servicekit.web.schemas import MAX_ID

PASSWORD = "correct horse battery"
NAMES = ("alice", "bob", "charlie", "dana")
_numbers = itertools.count(1)


@dataclass
class Person:
    """Somebody with an account; `token` is an API token, `nickname` is unique in the whole run."""

    id: int
    name: str
    nickname: str
    email: str
    token: str
    api: "Api" = field(repr=False)
    _password: str | None = None

    @property
    def password(self) -> str:
        """Set when it is first needed: most people use their token only, and a hash takes time."""
        if self._password is None:
            self._password = PASSWORD
            answer = self.api.put("/api/users/me/password", json={"password": PASSWORD})
            assert answer.status_code == 204, answer.text
        return self._password

    @password.setter
    def password(self, changed: str) -> None:
        self._password = changed

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def send(self, content: str, *, to: "Person | None" = None, **fields: Any) -> dict[str, Any]:
        """Posts a message to a person, or with `conversation_id=`; the message as it was stored."""
        if to is not None:
            fields["recipient_id"] = to.id
        answer = self.api.post("/api/messages", json={"content": content, **fields})
        assert answer.status_code in (200, 201), answer.text
        message: dict[str, Any] = answer.json()
        return message

    def make_room(self, *members: "Person", **fields: Any) -> int:
        """A public room, by default of a name of its own, with `members` in it; its id."""
        name = f"room {next(_numbers)} of {self.nickname}"
        body = {"kind": "room", "name": name, "visibility": "public"} | fields
        answer = self.api.post("/api/conversations", json=body)
        assert answer.status_code == 201, answer.text
        room_id = int(answer.json()["id"])
        for member in members:
            self.add_member(room_id, member)
        return room_id

    def add_member(self, room_id: int, person: "Person") -> None:
        answer = self.api.put(f"/api/conversations/{room_id}/members/{person.id}")
        assert answer.status_code == 201, answer.text

    def remove_member(self, room_id: int, person: "Person") -> None:
        answer = self.api.delete(f"/api/conversations/{room_id}/members/{person.id}")
        assert answer.status_code == 204, answer.text

    def read_all(self, conversation_id: int) -> None:
        """Has seen everything in the conversation."""
        answer = self.api.put(f"/api/conversations/{conversation_id}/read", json={"seq": MAX_ID})
        assert answer.ok, answer.text


class Api(requests.Session):
    """A requests session with a base URL and somebody's token."""

    def __init__(self, base_url: str, token: str | None = None) -> None:
        super().__init__()
        self.base_url = base_url
        self.trust_env = False
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def request(
        self, method: str | bytes, url: str | bytes, *args: Any, **options: Any
    ) -> requests.Response:
        options.setdefault("timeout", 15)
        path = url.decode() if isinstance(url, bytes) else url
        return super().request(method, self.base_url + path, *args, **options)


def sign_up(base_url: str, first_name: str = "alice") -> Person:
    """A new account; nicknames end in a number, so that tests can share a server."""
    number = next(_numbers)
    nickname = f"{first_name}{number}"
    details = {
        "name": first_name.capitalize(),
        "nickname": nickname,
        "email": f"{nickname}@example.com",
    }
    answer = Api(base_url).post("/api/users", json=details)
    assert answer.status_code == 201, answer.text
    account = answer.json()
    return Person(
        id=account["id"],
        name=account["name"],
        nickname=nickname,
        email=details["email"],
        token=account["token"],
        api=Api(base_url, account["token"]),
    )
