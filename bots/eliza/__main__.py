"""Eliza, and the model of a Parley bot: read what is new, answer it once, mark it as read.

Her place in each conversation is her read marker, so she owns no storage. The `client_id` of an
answer and its words follow from the message's id: an answer that is sent again is the same one."""

import logging
import os
import random
import re
import uuid
from functools import cache
from pathlib import Path

from nltk.chat.eliza import eliza_chatbot
from parley_client import Message, Parley


class Eliza:
    """Answers direct messages, and messages that mention her."""

    def __init__(self, parley: Parley) -> None:
        self.parley = parley
        self.me = parley.me()
        self.mention = re.compile(rf"@{re.escape(self.me['nickname'])}\b", re.IGNORECASE)
        self.kind_of = cache(lambda number: parley.conversation(number)["kind"])
        self.role_of = cache(lambda number: parley.person(number)["role"])

    def run(self, realtime_url: str | None = None) -> None:
        logging.info("%s is listening", self.me["name"])
        for event in self.parley.events(realtime_url=realtime_url):
            if event["type"] == "message.created":
                if self.is_for_me(event["data"]):
                    self.answer(event["data"])
                self.parley.mark_read(event["conversation_id"], event["seq"])

    def is_for_me(self, message: Message) -> bool:
        if message["author_id"] == self.me["id"] or message["deleted_at"]:
            return False
        is_direct = self.kind_of(message["conversation_id"]) == "direct"
        is_meant = is_direct or self.mention.search(message["content"]) is not None
        return is_meant and self.role_of(message["author_id"]) != "bot"  # no endless talk

    def answer(self, message: Message) -> None:
        text = self.mention.sub("", message["content"]).strip() or "hello"
        once = uuid.uuid5(uuid.NAMESPACE_URL, f"parley:answer-to:{message['id']}")
        random.seed(once.int)  # NLTK chooses with it
        answer = eliza_chatbot.respond(text)
        room = message["conversation_id"]
        self.parley.send(answer, conversation_id=room, client_id=str(once))


if __name__ == "__main__":
    logging.basicConfig(level="INFO", format="eliza: %(message)s")
    token_file = os.environ.get("ELIZA_TOKEN_FILE")
    token = Path(token_file).read_text().strip() if token_file else os.environ["ELIZA_TOKEN"]
    eliza = Eliza(Parley(os.environ.get("PARLEY_URL", "http://127.0.0.1:5001"), token))
    eliza.run(os.environ.get("PARLEY_REALTIME_URL"))
