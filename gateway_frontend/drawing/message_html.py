"""The HTML of messages, remembered: drawing fifty of them costs more than the rest of a page."""

import hashlib
import threading
from collections.abc import Callable
from contextlib import suppress

import orjson
from cachetools import LRUCache
from flask import Flask, current_app
from jinja2 import Environment
from markupsafe import Markup

from gateway_frontend.drawing.filters import mentions_person, reader_day, reader_zone
from gateway_frontend.shapes.messages import Message
from gateway_frontend.shapes.people import Reader
from servicekit.language import current_language

EXTENSION = "message_html"
CACHE_CHARACTERS = 32_000_000
"""HTML that is remembered, in characters: some 15,000 messages."""
Key = tuple[object, ...]
Draw = Callable[[Message, Reader, bool], Markup]
DrawForReader = Callable[..., Markup]


def install_messages(app: Flask) -> None:
    """Let `message_drawer` work in requests of `app`."""
    app.extensions[EXTENSION] = MessageHtml(_macro_of(app.jinja_env))


def message_drawer(reader: Reader) -> DrawForReader:
    """`draw_message(message, is_head)` for the templates of a page."""
    messages: MessageHtml = current_app.extensions[EXTENSION]
    return messages.for_reader(reader)


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

    def for_reader(self, reader: Reader) -> DrawForReader:
        """A function of the message and `is_head`: with the author's name."""
        reader_id, blocked_ids = reader["id"], reader.get("blocked_ids", ())
        zone, day, words = str(reader_zone()), reader_day(), current_language().tag

        def draw(message: Message, is_head: bool = True) -> Markup:
            if message["poll"] is not None:
                return self._draw(message, reader, is_head)
            # A digest: the JSON is as long as the HTML, and the cache would hold it uncounted.
            digest = hashlib.blake2b(orjson.dumps(message)).digest()
            mine = [r["emoji"] for r in message["reactions"] if reader_id in r["user_ids"]]
            key = (
                digest,
                is_head,
                words,
                day if message["forwarded_from"] else zone,  # the original's day is `yesterday`
                mentions_person(message, reader_id),
                message["author_id"] in blocked_ids,
                bool(message["previews"]) and message["author_id"] == reader_id,
                *mine,
            )
            return self._remembered(key) or self._remember(
                key, self._draw(message, reader, is_head)
            )

        return draw

    def _remembered(self, key: Key) -> Markup | None:
        with self._lock, suppress(KeyError):
            return self._drawn[key]  # `get` would search twice
        return None

    def _remember(self, key: Key, drawn: Markup) -> Markup:
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
