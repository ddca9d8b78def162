"""alice's conversations with something of everything in them, for the tests of rights."""

import io
import uuid
from typing import Any

import requests
from PIL import Image

from tests.contracts.matrix import ABSENT
from tests.contracts.rights import BODIES, SECRET, Ids
from tests.support.cast import Person
from tests.support.stack import Stack

_session = requests.Session()
_session.trust_env = False


class Places:
    """alice's conversations, each with a message, a file, a poll, and a file not yet sent."""

    def __init__(self, stack: Stack, alice: Person, charlie: Person, dana: Person) -> None:
        self.url = stack.messages_url
        self.alice, self.charlie, self.dana = alice, charlie, dana

    def make(self, kind: str, bob: Person, who: str) -> Ids:
        """A new conversation in which `bob` has the role of the column `who`."""
        is_member = who in ("was", "r.in", "r.mod", "g.in", "g.mod", "d.in")
        others = [self.charlie, bob] if is_member else [self.charlie]
        conversation = self._conversation(kind, others)
        ids = self.fill(conversation) | {"me": bob.id, "new": self._newcomer(bob).id}
        bobs = f"/api/conversations/{conversation}/members/{bob.id}"
        if who == "was":
            # Reading marks, votes and messages of his own open nothing afterwards.
            self.call(bob, "POST", f"/api/polls/{ids['poll']}/votes", BODIES["+vote"](ids))
            self.call(bob, "POST", "/api/messages", BODIES["+text"](ids))
            self.call(self.alice, "DELETE", bobs)
        if who.endswith(".mod"):
            self.call(self.alice, "PATCH", bobs, {"role": "moderator"})
        return ids

    def fill(self, conversation: int) -> Ids:
        """The ids of alice's things, by kind."""
        file, unsent = self.upload(), self.upload()
        body = {"content": SECRET, "conversation_id": conversation, "attachments": [file]}
        message = self.call(self.alice, "POST", "/api/messages", body).json()
        poll = self.call(
            self.alice,
            "POST",
            "/api/polls",
            {"conversation_id": conversation, "question": SECRET, "choices": [SECRET, "nowhere"]},
        ).json()
        later = BODIES["+later"]({"conversation": conversation}) | {"content": SECRET}
        scheduled = self.call(self.alice, "POST", "/api/scheduled", later).json()
        return {
            "conversation": conversation,
            "scheduled": scheduled["id"],
            "message": message["id"],
            # Real ones: tests/messages_service/previews, where pages can be fetched.
            "preview": ABSENT,
            "file": file,
            "unsent": unsent,
            "poll": poll["id"],
            "choice": poll["choices"][0]["id"],
            "owner": self.alice.id,
            "emoji": "👍",
        }

    def upload(self) -> int:
        picture = io.BytesIO()
        Image.new("RGB", (8, 8)).save(picture, "PNG")
        answer = requests.post(
            self.url + "/api/attachments",
            headers=self.alice.headers,
            files={"file": (f"{SECRET}.png", picture.getvalue())},
            timeout=20,
        )
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def log(self, ids: Ids) -> Any:
        return self.call(
            self.alice, "GET", f"/api/conversations/{ids['conversation']}/events?limit=200"
        ).json()

    def call(self, who: Person, method: str, path: str, body: Any = None) -> requests.Response:
        """Must be allowed."""
        answer = self.get(who, path, method, json=body)
        assert answer.ok, (method, path, answer.text)
        return answer

    def get(self, who: Person, path: str, method: str = "GET", **options: Any) -> requests.Response:
        headers = who.headers | options.pop("headers", {})
        return _session.request(method, self.url + path, headers=headers, timeout=20, **options)

    def _conversation(self, kind: str, others: list[Person]) -> int:
        ids = [person.id for person in others]
        body: dict[str, Any] = {"kind": kind, "member_ids": ids}
        if kind == "direct":
            body["member_ids"] = ids[-1:]
        if kind == "room":
            body = {"kind": "room", "name": f"{SECRET} {uuid.uuid4()}", "visibility": "private"}
        made = int(self.call(self.alice, "POST", "/api/conversations", body).json()["id"])
        for user_id in ids if kind == "room" else []:
            self.call(self.alice, "PUT", f"/api/conversations/{made}/members/{user_id}")
        return made

    def _newcomer(self, bob: Person) -> Person:
        return self.charlie if bob is self.dana else self.dana
