"""The HTML of messages, remembered: drawing fifty of them costs more than the rest of a page."""

import hashlib
import threading
from collections.abc import Callable

import orjson
from cachetools import LRUCache
from flask import Flask
from jinja2 import Environment
from markupsafe import Markup

from gateway_frontend.drawing.filters import mentions_person, reader_zone
from gateway_frontend.shapes import Message, Reader
from servicekit.language import current_language

CACHE_CHARACTERS = 32_000_000
"""HTML that is remembered, in characters: some 15,000 messages."""
Key = tuple[bytes, bool, tuple[str, ...], bool, bool, bool, str, str]
Draw = Callable[[Message, Reader, bool], Markup]


def install_messages(app: Flask) -> None:
    """Register `message_html(message, reader, is_head)` for templates."""
    app.jinja_env.globals["message_html"] = MessageHtml(_macro_of(app.jinja_env)).draw


class MessageHtml:
    """Drawn messages by all that their HTML depends on.

    A reader makes a difference where they are mentioned or have reacted, by the people whom they
    have blocked, by their time zone and language, as the author of previews, which only authors can
    remove, and in polls, which show their own votes: those are drawn each time.
    """

    def __init__(self, draw: Draw, cache_characters: int = CACHE_CHARACTERS) -> None:
        self._draw = draw
        self._drawn: LRUCache[Key, Markup] = LRUCache(cache_characters, getsizeof=len)
        self._lock = threading.Lock()

    def draw(self, message: Message, reader: Reader, is_head: bool) -> Markup:
        """`is_head`: with the author's name."""
        if message["poll"] is not None:
            return self._draw(message, reader, is_head)
        is_mentioned = mentions_person(message, reader["id"])
        # A digest: the JSON is as long as the HTML, and the cache would hold it uncounted.
        digest = hashlib.blake2b(orjson.dumps(message)).digest()
        is_blocked = message["author_id"] in reader.get("blocked_ids", ())
        mine = tuple(r["emoji"] for r in message["reactions"] if reader["id"] in r["user_ids"])
        removes = bool(message["previews"]) and message["author_id"] == reader["id"]
        words, zone = current_language().tag, str(reader_zone())
        key = (digest, is_mentioned, mine, is_blocked, is_head, removes, zone, words)
        with self._lock:
            drawn = self._drawn.get(key)
        if drawn is None:
            drawn = self._draw(message, reader, is_head)
            if len(drawn) <= self._drawn.maxsize:
                with self._lock:
                    self._drawn[key] = drawn
        return drawn


def _macro_of(environment: Environment) -> Draw:
    def draw(message: Message, reader: Reader, is_head: bool) -> Markup:
        macro = environment.get_template("parts/message.html").module.message  # type: ignore[attr-defined]
        drawn: Markup = macro(message, reader, is_head)
        return drawn

    return draw
