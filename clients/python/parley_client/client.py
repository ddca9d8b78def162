"""The calls of a person or a bot."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self, cast

from parley_client.connection import Connection
from parley_client.shapes import Attachment, Conversation, Event, Message, Person
from parley_client.stream import Stream


class Parley:
    """The account of an API token, at the Parley that answers at `url`."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.connection = Connection(url, token)

    @classmethod
    def log_in(cls, url: str, login: str, password: str) -> Self:
        """Begin a session with a nickname or an e-mail address; raises ParleyError."""
        parley = cls(url)
        parley.connection.log_in(login, password)
        return parley

    def me(self) -> Person:
        return cast(Person, self.connection.call("GET", "/api/users/me"))

    def person(self, nickname_or_id: str | int) -> Person:
        """Somebody by nickname or id; raises ParleyError with status 404."""
        if isinstance(nickname_or_id, int):
            return cast(Person, self.connection.call("GET", f"/api/users/{nickname_or_id}"))
        return cast(Person, self.connection.call("GET", f"/api/people/{nickname_or_id}"))

    def conversations(self) -> Iterator[Conversation]:
        """The caller's, latest active first."""
        yield from self.connection.pages("/api/conversations", limit=200)

    def conversation(self, conversation_id: int) -> Conversation:
        path = f"/api/conversations/{conversation_id}"
        return cast(Conversation, self.connection.call("GET", path))

    def messages(self, conversation_id: int, *, limit: int = 50) -> list[Message]:
        """The newest ones, oldest first; at most 200."""
        path = f"/api/conversations/{conversation_id}/messages"
        found = self.connection.call("GET", path, params={"limit": limit})
        return cast(list[Message], found)

    def send(
        self,
        content: str,
        *,
        to: str | int | None = None,
        conversation_id: int | None = None,
        client_id: str | None = None,
        reply_to: int | None = None,
        attachments: Sequence[int] = (),
    ) -> Message:
        """Send to a person (nickname or id) or into a conversation; the message as it was stored.

        A message with a `client_id` that the caller has used is not stored again; the earlier one
        is returned. It is the same message: other content under that id raises ParleyError (409).
        """
        body: dict[str, Any] = {"content": content, "client_id": client_id or str(uuid.uuid4())}
        if to is not None:
            body["recipient_id"] = to if isinstance(to, int) else self.person(to)["id"]
        if conversation_id is not None:
            body["conversation_id"] = conversation_id
        if reply_to is not None:
            body["reply_to"] = reply_to
        if attachments:
            body["attachments"] = list(attachments)
        return cast(Message, self.connection.call("POST", "/api/messages", json=body))

    def upload(self, path: Path) -> Attachment:
        """Store a file; pass its id to `send` as an attachment."""
        file = (path.name, path.read_bytes())
        return cast(
            Attachment, self.connection.call("POST", "/api/attachments", files={"file": file})
        )

    def mark_read(self, conversation_id: int, seq: int) -> None:
        """Move the caller's read marker; it only ever moves forward."""
        path = f"/api/conversations/{conversation_id}/read"
        self.connection.call("PUT", path, json={"seq": seq})

    def events(
        self, cursors: Mapping[int, int] | None = None, *, realtime_url: str | None = None
    ) -> Iterator[Event]:
        """Each event of the caller's conversations once, in the order of each log, for ever.

        `cursors` has the last `seq` that was handled, by conversation; the others begin at the
        read marker. Lost connections and restarts of the server are bridged.
        """
        if realtime_url is None:
            realtime_url = self.connection.call("GET", "/front/realtime-ticket")["url"]
        yield from Stream(self.connection, str(realtime_url), cursors or {}).events()
