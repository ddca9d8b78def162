"""Eliza, and the model of a Parley bot: read what is new, answer it once, remember it as read.

Her place in each conversation is her read marker, so she owns no storage; the `client_id` of an
answer is made from the message's id, so an answer that is sent again is never a second one.
"""

import logging
import os
import re
import time
import uuid
from pathlib import Path
from typing import Any

import requests
import socketio
from nltk.chat.eliza import eliza_chatbot

ANSWERS = uuid.UUID("5f1f0b8e-9d5c-4f4e-8f39-0f0e0d6a6a61")
log = logging.getLogger("eliza")


class Eliza:
    """A session of the account that `token` belongs to, at the Parley that answers at `url`."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url.rstrip("/"), token
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"Bearer {token}"
        self.me = self.call("GET", "/api/users/me")
        self.mention = re.compile(rf"@{re.escape(self.me['nickname'])}\b", re.IGNORECASE)
        self.socket = socketio.Client(logger=False)
        self.socket.on("event", self.on_event)
        self.socket.on("notice", self.on_notice)
        self.socket.on("resync", lambda _: self.catch_up())

    def call(self, method: str, path: str, **kwargs: Any) -> Any:
        """The JSON answer; waits while the server is busy or away, raises for anything else."""
        while True:
            try:
                answer = self.http.request(method, self.url + path, timeout=10, **kwargs)
            except requests.ConnectionError:
                answer = None
            if answer is not None and answer.status_code not in (429, 502, 503):
                answer.raise_for_status()
                return answer.json() if answer.content else None
            time.sleep(float(answer.headers.get("Retry-After", 2)) if answer is not None else 2)

    def run(self) -> None:
        """Stay connected until the process ends; the client library reconnects by itself."""
        url = os.environ.get("PARLEY_REALTIME_URL")
        url = url or self.call("GET", "/front/realtime-ticket")["url"]
        self.socket.on("connect", self.catch_up)
        self.socket.connect(url, auth={"token": self.token}, retry=True)
        log.info("%s is listening", self.me["name"])
        self.socket.wait()

    def on_event(self, event: dict[str, Any]) -> None:
        if event["type"] == "message.created" and event["data"]["author_id"] != self.me["id"]:
            self.read(event["conversation_id"])

    def on_notice(self, notice: dict[str, Any]) -> None:
        if notice["type"] == "conversation.added":
            self.read(notice["data"]["conversation_id"])

    def catch_up(self) -> None:
        """Answer what was written while nobody listened."""
        for conversation in self.call("GET", "/api/conversations", params={"limit": 200}):
            if conversation["unread"]:
                self.read(conversation["id"])

    def read(self, conversation_id: int) -> None:
        """Answer every unread message that is for her, and mark it as read."""
        path = f"/api/conversations/{conversation_id}"
        conversation = self.call("GET", path)
        after = {"after": conversation["read_seq"], "limit": 200}
        for message in self.call("GET", f"{path}/messages", params=after):
            if self.is_for_me(message, conversation["kind"]):
                self.answer(message)
            self.call("PUT", f"{path}/read", json={"seq": message["seq"]})

    def is_for_me(self, message: dict[str, Any], kind: str) -> bool:
        is_bot = message["author"].get("role") == "bot"  # two bots would talk for ever
        if is_bot or message["author_id"] == self.me["id"] or message["deleted_at"]:
            return False
        return kind == "direct" or bool(self.mention.search(message["content"]))

    def answer(self, message: dict[str, Any]) -> None:
        said = self.mention.sub("", message["content"]).strip() or "hello"
        once = str(uuid.uuid5(ANSWERS, str(message["id"])))
        place = {"conversation_id": message["conversation_id"], "client_id": once}
        self.call("POST", "/api/messages", json=place | {"content": eliza_chatbot.respond(said)})


if __name__ == "__main__":
    logging.basicConfig(level="INFO", format="eliza: %(message)s")
    token_file = os.environ.get("ELIZA_TOKEN_FILE")
    secret = Path(token_file).read_text().strip() if token_file else os.environ["ELIZA_TOKEN"]
    Eliza(os.environ.get("PARLEY_URL", "http://127.0.0.1:5001"), secret).run()
