"""Follows the log over Socket.IO, and over HTTP where events are missing."""

import queue
from collections.abc import Iterator, Mapping
from typing import Any, cast

import socketio

from parley_client.connection import Connection, ParleyError
from parley_client.log import Log, Place
from parley_client.shapes import Conversation, Event, EventPage, Sync

CATCH_UP = "catch up"
PAGE = 200
CURSORS = 200
"""Conversations in one request."""


class Stream:
    """The events of all conversations of the caller, from `cursors` or the read markers on."""

    def __init__(
        self, connection: Connection, realtime_url: str, cursors: Mapping[int, int]
    ) -> None:
        self._connection = connection
        self._url = realtime_url
        self._cursors = dict(cursors)
        self._log = Log()
        self._news: queue.Queue[Any] = queue.Queue()
        self._socket = socketio.Client()
        self._socket.on("connect", self._ask_to_catch_up)
        self._socket.on("resync", self._ask_to_catch_up)
        self._socket.on("event", self._news.put)
        self._socket.on("notice", self._news.put)

    def events(self) -> Iterator[Event]:
        """Runs until the iterator is closed."""
        self._socket.connect(self._url, auth=self._auth, retry=True)
        try:
            while True:
                yield from self._next_events()
        finally:
            self._socket.disconnect()

    def _auth(self) -> dict[str, str | None]:
        self._connection.renew_token()
        return {"token": self._connection.token}

    def _ask_to_catch_up(self, *_: object) -> None:
        self._news.put(CATCH_UP)

    def _next_events(self) -> Iterator[Event]:
        try:
            news = self._news.get(timeout=self._log.wait())
        except queue.Empty:
            for conversation_id in self._log.due():
                yield from self._fetch(conversation_id)
            return
        if news == CATCH_UP:
            yield from self._catch_up()
        elif "seq" in news:
            yield from self._receive(news)
        elif news["type"] == "conversation.added":
            yield from self._begin(news["data"]["conversation_id"])
        elif news["type"] == "conversation.removed":
            self._log.places.pop(news["data"]["conversation_id"], None)

    def _receive(self, event: Event) -> Iterator[Event]:
        conversation_id = event["conversation_id"]
        if conversation_id not in self._log.places:
            yield from self._begin(conversation_id)
        elif self._log.is_of_another_epoch(event):
            yield from self._reset(conversation_id, event["epoch"])
        else:
            yield from self._log.apply(event)

    def _begin(self, conversation_id: int) -> Iterator[Event]:
        """Follow a conversation that is new to the caller."""
        if conversation_id not in self._log.places:
            conversation = self._find(conversation_id)
            if conversation is None:
                return
            self._follow(conversation)
        yield from self._fetch(conversation_id)

    def _reset(self, conversation_id: int, epoch: str) -> Iterator[Event]:
        conversation = self._find(conversation_id)
        if conversation is None:
            return
        self._log.places[conversation_id] = Place(conversation["read_seq"])
        yield _reset_event(conversation_id, epoch)
        yield from self._fetch(conversation_id)

    def _catch_up(self) -> Iterator[Event]:
        conversations = list(self._connection.pages("/api/conversations", limit=PAGE))
        for conversation in conversations:
            self._follow(conversation)
        known = {conversation["id"] for conversation in conversations}
        for left in set(self._log.places) - known:
            del self._log.places[left]
        ids = sorted(known)
        for start in range(0, len(ids), CURSORS):
            yield from self._sync(ids[start : start + CURSORS])

    def _sync(self, ids: list[int]) -> Iterator[Event]:
        cursors = {str(number): self._log.places[number].seq for number in ids}
        answer: Sync = self._connection.call("POST", "/api/sync", json={"cursors": cursors})
        for key, page in answer["conversations"].items():
            yield from self._apply_page(int(key), page, answer["epoch"])

    def _fetch(self, conversation_id: int) -> Iterator[Event]:
        path = f"/api/conversations/{conversation_id}/events"
        after = self._log.places[conversation_id].seq
        try:
            page = self._connection.call("GET", path, params={"after": after, "limit": PAGE})
        except ParleyError as error:
            if error.status != 404:
                raise
            del self._log.places[conversation_id]  # the caller was removed meanwhile
            return
        yield from self._apply_page(conversation_id, page, page["epoch"])

    def _apply_page(self, conversation_id: int, page: EventPage, epoch: str) -> Iterator[Event]:
        place = self._log.places[conversation_id]
        if page.get("reset") or (place.epoch is not None and place.epoch != epoch):
            yield from self._reset(conversation_id, epoch)
            return
        place.epoch = epoch
        yield from self._log.apply_page(page["events"])
        if page["more"]:
            yield from self._fetch(conversation_id)

    def _follow(self, conversation: Conversation) -> None:
        number = conversation["id"]
        if number not in self._log.places:
            self._log.places[number] = Place(self._cursors.get(number, conversation["read_seq"]))

    def _find(self, conversation_id: int) -> Conversation | None:
        try:
            found = self._connection.call("GET", f"/api/conversations/{conversation_id}")
        except ParleyError as error:
            if error.status != 404:
                raise
            return None
        return cast(Conversation, found)


def _reset_event(conversation_id: int, epoch: str) -> Event:
    return {
        "conversation_id": conversation_id,
        "seq": 0,
        "epoch": epoch,
        "type": "log.reset",
        "date": "",
        "data": {},
    }
