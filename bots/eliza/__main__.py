"""Eliza, and the model of a Parley bot: read what is new, answer it once, remember it as read.

Her place in each conversation is her read marker, so she owns no storage. The `client_id` of an
answer and its words follow from the message's id: what is sent again is never a second answer."""

import logging
import os
import random
import re
import threading
import time
import uuid
from functools import cache
from pathlib import Path
from typing import Any

import requests
import socketio
from nltk.chat.eliza import eliza_chatbot


class Eliza:
    """A session of the account that `token` belongs to, at the Parley that answers at `url`."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url.rstrip("/"), token
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"Bearer {token}"
        self.me = self.call("GET", "/api/users/me")
        self.mention = re.compile(rf"@{re.escape(self.me['nickname'])}\b", re.IGNORECASE)
        self.role_of = cache(lambda user_id: self.call("GET", f"/api/users/{user_id}")["role"])
        self.one_at_a_time = threading.RLock()  # the socket client has a thread for each event
        self.socket = socketio.Client()
        self.socket.on("connect", self.catch_up)
        self.socket.on("resync", self.catch_up)
        self.socket.on("event", self.receive)
        self.socket.on("notice", self.receive)

    def call(self, method: str, path: str, **kwargs: Any) -> Any:
        """The JSON answer; waits while the server is busy or away, raises for anything else."""
        while True:
            try:
                answer = self.http.request(method, self.url + path, timeout=10, **kwargs)
            except (requests.ConnectionError, requests.Timeout):
                time.sleep(2)
                continue
            if answer.status_code not in (429, 502, 503):
                answer.raise_for_status()
                return answer.json() if answer.content else None
            time.sleep(float(answer.headers.get("Retry-After", 2)))

    def run(self) -> None:
        """Stay connected until the process ends; the client library reconnects by itself."""
        url = os.environ.get("PARLEY_REALTIME_URL")  # where it has another name for her than others
        url = url or self.call("GET", "/front/realtime-ticket")["url"]
        self.socket.connect(url, auth={"token": self.token}, retry=True)
        logging.info("%s is listening", self.me["name"])
        self.socket.wait()

    def receive(self, news: dict[str, Any]) -> None:
        if news["type"] in ("message.created", "conversation.added"):
            self.read(news["data"]["conversation_id"])

    def catch_up(self, *_: Any) -> None:
        """Answer what was written while nobody listened."""
        for conversation in self.call("GET", "/api/conversations", params={"limit": 200}):
            if conversation["unread"]:
                self.read(conversation["id"])

    def read(self, conversation_id: int) -> None:
        """Answer every unread message that is for her, and mark it as read."""
        path = f"/api/conversations/{conversation_id}"
        with self.one_at_a_time:
            here = self.call("GET", path)
            for message in self.call("GET", f"{path}/messages?after={here['read_seq']}&limit=200"):
                if self.is_for_me(message, here["kind"]):
                    self.answer(message)
                self.call("PUT", f"{path}/read", json={"seq": message["seq"]})

    def is_for_me(self, message: dict[str, Any], kind: str) -> bool:
        if message["author_id"] == self.me["id"] or message["deleted_at"]:
            return False
        is_meant = kind == "direct" or self.mention.search(message["content"]) is not None
        return is_meant and self.role_of(message["author_id"]) != "bot"  # no endless talk

    def answer(self, message: dict[str, Any]) -> None:
        said = self.mention.sub("", message["content"]).strip() or "hello"
        once = uuid.uuid5(uuid.NAMESPACE_URL, f"parley:answer-to:{message['id']}")
        random.seed(once.int)  # what NLTK chooses from
        reply = {"conversation_id": message["conversation_id"], "client_id": str(once)}
        self.call("POST", "/api/messages", json=reply | {"content": eliza_chatbot.respond(said)})


if __name__ == "__main__":
    logging.basicConfig(level="INFO", format="eliza: %(message)s")
    token_file = os.environ.get("ELIZA_TOKEN_FILE")
    secret = Path(token_file).read_text().strip() if token_file else os.environ["ELIZA_TOKEN"]
    Eliza(os.environ.get("PARLEY_URL", "http://127.0.0.1:5001"), secret).run()
