"""messages_service: conversations and messages."""

from collections.abc import Mapping

from gateway_frontend.clients.calls import next_cursor
from gateway_frontend.shapes.conversations import (
    Conversation,
    Draft,
    EventPage,
    FollowedThread,
    Member,
    NotificationSettings,
    OpenedConversation,
    ScheduledMessage,
    ThreadState,
)
from gateway_frontend.shapes.messages import FoundMessage, Message, PinnedMessage, Poll
from gateway_frontend.shapes.people import BlockedPerson
from servicekit.http import ServiceClient, check, json_of


class MessagesClient:
    """messages_service: conversations and messages."""

    def __init__(self, http: ServiceClient) -> None:
        self.http = http

    def conversations(self, token: str) -> tuple[list[Conversation], str | None, list[int]]:
        """The caller's, latest activity first; the epoch of the log; the people they blocked."""
        response = self.http.get("/api/conversations", params={"limit": 200}, token=token)
        found = json_of(response, list[Conversation])
        blocked_ids = response.headers.get("X-Blocked", "").split(",")
        return found, response.headers.get("X-Epoch"), [int(each) for each in blocked_ids if each]

    def conversation(self, token: str, conversation_id: int) -> Conversation:
        return json_of(
            self.http.get(f"/api/conversations/{conversation_id}", token=token), Conversation
        )

    def opened(self, token: str, conversation_id: int, limit: int) -> OpenedConversation:
        """A conversation with its newest messages, and the caller's list of conversations."""
        path = f"/api/conversations/{conversation_id}/opened"
        response = self.http.get(path, params={"limit": limit}, token=token)
        return json_of(response, OpenedConversation)

    def public_rooms(
        self, token: str, query: str = "", after: int | None = None, limit: int = 50
    ) -> tuple[list[Conversation], int | None]:
        """A page of rooms by id, joined or not, and the id after which the next one begins."""
        params = {"browse": "true", "q": query or None, "after": after, "limit": limit}
        response = self.http.get("/api/conversations", params=params, token=token)
        return json_of(response, list[Conversation]), next_cursor(response, "after")

    def notifications(self, token: str) -> NotificationSettings:
        return json_of(self.http.get("/api/notifications", token=token), NotificationSettings)

    def change_notifications(self, token: str, settings: NotificationSettings) -> None:
        check(self.http.patch("/api/notifications", json=settings, token=token))

    def unsubscribe(self, token: str) -> None:
        """End the digests of the person whose e-mail has this token."""
        check(self.http.post("/api/notifications/unsubscribe", json={"token": token}))

    def blocked_people(self, token: str) -> list[BlockedPerson]:
        response = self.http.get("/api/blocks", params={"limit": 200}, token=token)
        return json_of(response, list[BlockedPerson])

    def block(self, token: str, user_id: int) -> None:
        check(self.http.put(f"/api/blocks/{user_id}", token=token))

    def unblock(self, token: str, user_id: int) -> None:
        check(self.http.delete(f"/api/blocks/{user_id}", token=token))

    def messages(
        self,
        token: str,
        conversation_id: int,
        *,
        before: int | None = None,
        after: int | None = None,
        limit: int = 50,
    ) -> tuple[list[Message], bool]:
        """A page of messages, and whether more follow; large messages make shorter pages."""
        path = f"/api/conversations/{conversation_id}/messages"
        params = {"before": before, "after": after, "limit": limit}
        response = self.http.get(path, params=params, token=token)
        return json_of(response, list[Message]), "next" in response.links

    def events(self, token: str, conversation_id: int, after: int, limit: int) -> EventPage:
        params = {"after": after, "limit": limit}
        return json_of(
            self.http.get(
                f"/api/conversations/{conversation_id}/events", params=params, token=token
            ),
            EventPage,
        )

    def pins(self, token: str, conversation_id: int) -> tuple[list[PinnedMessage], bool]:
        """A conversation's pinned messages, newest pin first, and whether there are more."""
        path, params = f"/api/conversations/{conversation_id}/pins", {"limit": 200}
        response = self.http.get(path, params=params, token=token)
        return json_of(response, list[PinnedMessage]), "next" in response.links

    def saved(self, token: str, before: int | None) -> tuple[list[Message], int | None]:
        """A page of the caller's saved messages, and the id before which the next one begins."""
        response = self.http.get("/api/saved", params={"before": before}, token=token)
        return json_of(response, list[Message]), next_cursor(response, "before")

    def unsave(self, token: str, message_id: int) -> None:
        check(self.http.delete(f"/api/messages/{message_id}/saved", token=token))

    def messages_of(self, token: str | None, user_id: int) -> list[Message]:
        return json_of(
            self.http.get(f"/api/users/{user_id}/messages", params={"limit": 200}, token=token),
            list[Message],
        )

    def message(self, token: str, message_id: int) -> Message:
        return json_of(self.http.get(f"/api/messages/{message_id}", token=token), Message)

    def replies(
        self, token: str, message_id: int, *, before: int | None = None, limit: int = 50
    ) -> tuple[list[Message], bool]:
        """The newest replies of a thread, or those before one by id; and whether more are older."""
        params = {"before": before, "limit": limit}
        response = self.http.get(f"/api/messages/{message_id}/replies", params=params, token=token)
        return json_of(response, list[Message]), "next" in response.links

    def thread(self, token: str, message_id: int) -> ThreadState:
        return json_of(
            self.http.get(f"/api/messages/{message_id}/thread", token=token), ThreadState
        )

    def threads(
        self, token: str, *, unread: bool, before: int | None = None, limit: int = 50
    ) -> tuple[list[FollowedThread], int | None]:
        """A page of followed threads, and the id before which the next one begins."""
        params = {"unread": str(unread).lower(), "before": before, "limit": limit}
        response = self.http.get("/api/threads", params=params, token=token)
        return json_of(response, list[FollowedThread]), next_cursor(response, "before")

    def follow_thread(self, token: str, message_id: int, *, following: bool) -> None:
        path = f"/api/messages/{message_id}/thread/follow"
        check((self.http.put if following else self.http.delete)(path, token=token))

    def read_thread(self, token: str, message_id: int, seq: int) -> None:
        path = f"/api/messages/{message_id}/thread/read"
        check(self.http.put(path, json={"seq": seq}, token=token))

    def mentions(self, token: str, before: int | None) -> tuple[list[Message], int | None]:
        """A page of the messages that mention the caller, and the id before which to go on."""
        response = self.http.get("/api/mentions", params={"before": before}, token=token)
        return json_of(response, list[Message]), next_cursor(response, "before")

    def search(
        self, token: str, query: Mapping[str, str | int | None]
    ) -> tuple[list[FoundMessage], int | None]:
        """A page of found messages, and the id before which the next one begins."""
        response = self.http.get("/api/search", params=query, token=token)
        return json_of(response, list[FoundMessage]), next_cursor(response, "before")

    def mark_read(self, token: str, conversation_id: int, seq: int) -> None:
        path = f"/api/conversations/{conversation_id}/read"
        check(self.http.put(path, json={"seq": seq}, token=token))

    def drafts(self, token: str) -> list[Draft]:
        """The caller's, newest first."""
        return json_of(
            self.http.get("/api/drafts", params={"limit": 200}, token=token), list[Draft]
        )

    def read_all(self, token: str) -> None:
        check(self.http.post("/api/read-all", token=token))

    def change_marks(self, token: str, conversation_id: int, changes: Mapping[str, object]) -> None:
        path = f"/api/conversations/{conversation_id}/me"
        check(self.http.patch(path, json=changes, token=token))

    def first_since(self, token: str, conversation_id: int, moment: str) -> Message | None:
        """The first message at or after a time."""
        path = f"/api/conversations/{conversation_id}/messages"
        response = self.http.get(path, params={"since": moment, "limit": 1}, token=token)
        return next(iter(json_of(response, list[Message])), None)

    def delete_draft(self, token: str, conversation_id: int, reply_to: int | None) -> None:
        path, params = f"/api/conversations/{conversation_id}/draft", {"reply_to": reply_to}
        check(self.http.request("DELETE", path, params=params, token=token))

    def scheduled(self, token: str) -> list[ScheduledMessage]:
        """The caller's scheduled messages."""
        response = self.http.get("/api/scheduled", params={"limit": 200}, token=token)
        return json_of(response, list[ScheduledMessage])

    def change_scheduled(
        self, token: str, scheduled_id: int, changes: Mapping[str, object]
    ) -> None:
        check(self.http.patch(f"/api/scheduled/{scheduled_id}", json=changes, token=token))

    def cancel_scheduled(self, token: str, scheduled_id: int) -> None:
        check(self.http.delete(f"/api/scheduled/{scheduled_id}", token=token))

    def send_scheduled(self, token: str, scheduled_id: int) -> Message:
        return json_of(self.http.post(f"/api/scheduled/{scheduled_id}/send", token=token), Message)

    def post(self, token: str | None, message: Mapping[str, object]) -> Message:
        return json_of(self.http.post("/api/messages", json=message, token=token), Message)

    def ask_poll(self, token: str, poll: Mapping[str, object]) -> Poll:
        return json_of(self.http.post("/api/polls", json=poll, token=token), Poll)

    def poll(self, token: str, poll_id: int) -> Poll:
        return json_of(self.http.get(f"/api/polls/{poll_id}", token=token), Poll)

    def vote(self, token: str, poll_id: int, choice_ids: list[int]) -> Poll:
        body = {"choice_ids": choice_ids}
        return json_of(self.http.post(f"/api/polls/{poll_id}/votes", json=body, token=token), Poll)

    def close_poll(self, token: str, poll_id: int) -> Poll:
        return json_of(self.http.post(f"/api/polls/{poll_id}/close", token=token), Poll)

    def create(self, token: str, conversation: Mapping[str, object]) -> Conversation:
        return json_of(
            self.http.post("/api/conversations", json=conversation, token=token), Conversation
        )

    def change(self, token: str, conversation_id: int, changes: Mapping[str, object]) -> None:
        path = f"/api/conversations/{conversation_id}"
        check(self.http.patch(path, json=changes, token=token))

    def give_role(self, token: str, conversation_id: int, user_id: int, role: str) -> None:
        path = f"/api/conversations/{conversation_id}/members/{user_id}"
        check(self.http.patch(path, json={"role": role}, token=token))

    def members(
        self, token: str, conversation_id: int, *, q: str, after: int | None, limit: int
    ) -> tuple[list[Member], int | None]:
        """A page of the members by id, and the id after which the next one begins."""
        path = f"/api/conversations/{conversation_id}/members"
        params = {"q": q or None, "after": after, "limit": limit}
        response = self.http.get(path, params=params, token=token)
        return json_of(response, list[Member]), next_cursor(response, "after")

    def add_member(self, token: str, conversation_id: int, user_id: int) -> None:
        check(self.http.put(f"/api/conversations/{conversation_id}/members/{user_id}", token=token))

    def remove_member(self, token: str, conversation_id: int, user_id: int) -> None:
        check(
            self.http.delete(f"/api/conversations/{conversation_id}/members/{user_id}", token=token)
        )
