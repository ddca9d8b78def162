"""Two people at one service, and how each kind of resource is created for them."""

import io
import json
import uuid
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests
from pyotp import TOTP

from servicekit.times import utcnow
from tests.contracts.doors import Door
from tests.support.authenticator import Authenticator
from tests.support.cast import Person

PUSH_KEYS = {
    "p256dh": (
        "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
    ),
    "auth": "tBHItJI5svbpez7KI4CCXg",
}
"""A browser's, from the documentation of Web Push."""


@dataclass
class Scene:
    """The resources of alice and bob at one service; `admin` made the invites."""

    door: Door
    admin: Person
    alice: Person
    bob: Person

    def create(self, path: str, who: Person | None = None, **body: Any) -> requests.Response:
        answer = self.door.post(path, who or self.alice, json=body)
        assert answer.status_code == 201, answer.text
        return answer

    def account(self) -> requests.Response:
        nickname = f"erin{uuid.uuid4().hex[:12]}"
        email = f"{nickname}@example.com"
        return self.create("/api/users", self.admin, name="Erin", nickname=nickname, email=email)

    def session(self) -> requests.Response:
        return self.create("/api/sessions", login=self.alice.nickname, password=self.alice.password)

    def session_with_code(self) -> requests.Response:
        """Of alice, whose second step is turned on first."""
        token = self.session().json()["access_token"]
        path = "/api/users/me/two-step"
        totp = TOTP(self.door.post(path, token).json()["secret"])
        confirmed = self.door.post(f"{path}/confirm", token, json={"code": totp.now()})
        login = {"login": self.alice.nickname, "password": self.alice.password}
        asked = self.door.post("/api/sessions", json=login)
        assert asked.status_code == 401
        code = confirmed.json()["recovery_codes"][0]
        challenge = asked.json()["challenge"]
        return self.create("/api/sessions/second-step", challenge=challenge, code=code)

    def passkey(self) -> requests.Response:
        return self._passkey(Authenticator(self.passkey_origin))

    def session_with_passkey(self) -> requests.Response:
        device = Authenticator(self.passkey_origin)
        self._passkey(device)
        asked = self.door.post("/api/sessions/passkey-options", json={}).json()
        credential = device.get(asked["options"])
        answer = {"challenge": asked["challenge"], "credential": credential}
        return self.create("/api/sessions/passkey", **answer)

    @property
    def passkey_origin(self) -> str:
        token = self.session().json()["access_token"]
        origin: str = self.door.get("/api/users/me/sign-in", token).json()["passkey_origin"]
        return origin

    def _passkey(self, device: Authenticator) -> requests.Response:
        token = self.session().json()["access_token"]
        path = "/api/users/me/passkeys"
        asked = self.door.post(f"{path}/options", token).json()
        credential = device.create(asked["options"])
        body = {"name": "Phone", "challenge": asked["challenge"], "credential": credential}
        answer = self.door.post(path, token, json=body)
        assert answer.status_code == 201, answer.text
        return answer

    def removed_passkey(self) -> str:
        """Only a session may remove one; this has gone with a session's token."""
        token = self.session().json()["access_token"]
        path = location(self.passkey())
        assert self.door.delete(path, token).status_code == 204
        return path

    def token(self) -> requests.Response:
        return self.create("/api/tokens", name="laptop")

    def bot_token(self) -> requests.Response:
        name = f"robot{uuid.uuid4().hex[:12]}"
        account = {"name": "Robot", "nickname": name}
        bot = self.create("/api/users", self.admin, role="bot", **account).json()["id"]
        return self.create(f"/api/users/{bot}/tokens", self.admin, name="server")

    def invite(self) -> requests.Response:
        return self.create("/api/invites", self.admin)

    def password_reset(self) -> requests.Response:
        path = f"/api/users/{self.account().json()['id']}/password-reset"
        return self.create(path, self.admin)

    def imported(self) -> requests.Response:
        """An export of nothing, imported."""
        manifest = {"format": "parley-export", "version": 1, "place": {"id": "x"}, "missing": []}
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("manifest.json", json.dumps(manifest))
            archive.writestr("people.ndjson", "")
            archive.writestr("conversations.ndjson", "")
        files = {"file": ("export.zip", content.getvalue())}
        return self.door.post("/api/admin/import", self.admin, files=files)

    def room(self) -> requests.Response:
        name = f"room {uuid.uuid4()}"
        return self.create("/api/conversations", kind="room", name=name, visibility="public")

    def message(self, **place: Any) -> requests.Response:
        place = place or {"recipient_id": self.bob.id}
        return self.create("/api/messages", content="hello", **place)

    def report(self) -> requests.Response:
        message_id = self.message().json()["id"]
        return self.create(f"/api/messages/{message_id}/report", reason="unfriendly")

    def poll(self, **place: Any) -> requests.Response:
        place = place or {"conversation_id": self.room().json()["id"]}
        return self.create("/api/polls", question="Tea?", choices=["Yes", "No"], **place)

    def file(self) -> requests.Response:
        files = {"file": ("notes.txt", b"tea")}
        return self.door.post("/api/attachments", self.alice, files=files)

    def member(self) -> requests.Response:
        path = f"/api/conversations/{self.room().json()['id']}/members/{self.bob.id}"
        return self.door.put(path, self.bob)

    def reaction(self) -> str:
        path = f"/api/messages/{self.message().json()['id']}/reactions/👍"
        assert self.door.put(path, self.alice).status_code == 200
        return path

    def pin(self) -> str:
        path = f"/api/messages/{self.message().json()['id']}/pin"
        assert self.door.put(path, self.alice).status_code == 200
        return path

    def saved(self) -> str:
        path = f"/api/messages/{self.message().json()['id']}/saved"
        assert self.door.put(path, self.alice).status_code == 200
        return path

    def scheduled(self) -> requests.Response:
        later = (utcnow() + timedelta(hours=1)).isoformat()
        return self.create("/api/scheduled", content="tea", send_at=later, recipient_id=self.bob.id)

    def push_subscription(self) -> requests.Response:
        endpoint = f"https://push.example.com/{uuid.uuid4()}"
        return self.create("/api/push/subscriptions", endpoint=endpoint, keys=PUSH_KEYS)

    def incoming_webhook(self) -> requests.Response:
        room = self.room().json()["id"]
        return self.create("/api/webhooks/incoming", conversation_id=room, name="Deploys")

    def outgoing_webhook(self) -> requests.Response:
        # Not resolved: names below .invalid have no address.
        place = {"conversation_id": self.room().json()["id"], "url": "https://builder.invalid"}
        return self.create("/api/webhooks/outgoing", name="Builder", **place)

    def command(self) -> requests.Response:
        name = f"deploy-{uuid.uuid4().hex[:12]}"
        url = "https://builder.invalid"
        return self.create("/api/commands", self.admin, name=name, url=url)

    def draft(self, *, in_thread: bool = False) -> str:
        message = self.message().json()
        path = f"/api/conversations/{message['conversation_id']}/draft"
        body = {"content": "half a sentence", "reply_to": message["id"] if in_thread else None}
        assert self.door.put(path, self.alice, json=body).status_code == 200
        return path

    def block(self) -> str:
        path = f"/api/blocks/{self.account().json()['id']}"
        assert self.door.put(path, self.alice).status_code == 200
        return path

    def avatar(self) -> str:
        return f"/api/users/{self.alice.id}/avatar"


def location(answer: requests.Response) -> str:
    path: str = answer.headers["Location"]
    assert path.startswith("/api/")
    return path
