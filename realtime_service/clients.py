"""HTTP clients of users_service and messages_service."""

from dataclasses import dataclass

import orjson

from realtime_service.shapes import Cursors, FoundRoom, Profile, SendResult, SendResults, Sync
from servicekit.http import ServiceClient, json_of

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Conversations:
    """A person's memberships: conversation id → its last seq, and the log's epoch."""

    last_seqs: dict[int, int]
    epoch: str | None


@dataclass(frozen=True)
class Room:
    """A conversation that a client attends, by the name that it was asked for."""

    id: int
    name: str


class MessagesService:
    """Conversations and messages. Every call may raise Problem."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def conversations_of(self, user_ids: list[int]) -> dict[int, Conversations]:
        """Each person's conversations, all as they were at one moment."""
        ids = ",".join(map(str, user_ids))
        body = json_of(
            self._client.get("/internal/conversations", params={"user_ids": ids}), Cursors
        )
        found = body["users"]
        return {
            id: Conversations(
                {c["id"]: c["last_seq"] for c in found.get(str(id), ())}, body["epoch"]
            )
            for id in user_ids
        }

    def events_after(self, cursors: dict[int, int], limit: int) -> Sync:
        """By conversation the events after a seq."""
        body = {"cursors": {str(id): seq for id, seq in cursors.items()}, "limit": limit}
        return json_of(self._client.post("/internal/events", json=body), Sync)

    def resolve(self, room: str, user_id: int) -> Room:
        """The conversation called `room`, or with that id, if the person is a member of it."""
        body = json_of(
            self._client.get(
                "/internal/conversations/resolve", params={"room": room, "user_id": user_id}
            ),
            FoundRoom,
        )
        return Room(body["id"], body["name"] or room)

    def post_messages(self, messages: list[orjson.Fragment]) -> list[SendResult]:
        """Store JSON messages together; for each `{status, message | problem}`, in order."""
        data = orjson.dumps({"messages": messages})
        answer = self._client.post("/internal/messages", data=data, headers=JSON)
        return json_of(answer, SendResults)["results"]


class UsersService:
    """People. Every call may raise Problem."""

    def __init__(self, client: ServiceClient) -> None:
        self.client = client

    def nickname_of(self, user_id: int) -> str:
        return json_of(self.client.get(f"/internal/users/{user_id}"), Profile)["nickname"]
