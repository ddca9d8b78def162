"""Clients of the services that the gateway calls; failures are raised as Problem."""

from collections.abc import Mapping
from urllib.parse import parse_qs, quote, urlsplit

from requests import Response

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
from gateway_frontend.shapes.people import BlockedPerson, User
from gateway_frontend.shapes.sign_in import (
    CreatedPasswordReset,
    CreatedSession,
    CreatedToken,
    InviteCheck,
    NewAuthenticatorApp,
    OpenIdEnd,
    OpenIdStart,
    Passkey,
    PasskeyChallenge,
    PasswordReset,
    RecoveryCodes,
    RefreshedSession,
    Registration,
    RequestedPasswordReset,
    Session,
    SignIn,
    Ticket,
    Token,
)
from servicekit.http import ServiceClient, check, json_of
from servicekit.web.service_calls import client_address

MOST_IDS = 100
NO_CONTENT = 204
PROVIDER_TIMEOUT = (1.0, 20.0)
"""users_service asks the OpenID Connect provider meanwhile."""


class UsersClient:
    """users_service: people, sessions, tokens."""

    def __init__(self, http: ServiceClient) -> None:
        self.http = http

    def log_in(
        self,
        login: str,
        password: str,
        user_agent: str,
        *,
        device: str | None = None,
        replaces: str | None = None,
    ) -> CreatedSession:
        """`device` is the browser's device cookie, `replaces` its last session token."""
        body = {"login": login, "password": password, "replaces": replaces}
        headers = _seen_from(user_agent) | ({"X-Forwarded-Device": device} if device else {})
        return json_of(self.http.post("/api/sessions", json=body, headers=headers), CreatedSession)

    def finish_login(
        self,
        challenge: str,
        code: str,
        user_agent: str,
        *,
        device: str | None = None,
        replaces: str | None = None,
    ) -> CreatedSession:
        """The second step of `log_in`."""
        body = {"challenge": challenge, "code": code, "replaces": replaces}
        headers = _seen_from(user_agent) | ({"X-Forwarded-Device": device} if device else {})
        answer = self.http.post("/api/sessions/second-step", json=body, headers=headers)
        return json_of(answer, CreatedSession)

    def sign_in(self, token: str) -> SignIn:
        """How the person logs in."""
        return json_of(self.http.get("/api/users/me/sign-in", token=token), SignIn)

    def confirm(self, token: str, password: str) -> None:
        self._write("PUT", "/api/sessions/current/confirmation", token, {"password": password})

    def start_two_step(self, token: str) -> NewAuthenticatorApp:
        return json_of(self._write("POST", "/api/users/me/two-step", token), NewAuthenticatorApp)

    def confirm_two_step(self, token: str, code: str) -> RecoveryCodes:
        path = "/api/users/me/two-step/confirm"
        return json_of(self._write("POST", path, token, {"code": code}), RecoveryCodes)

    def renew_recovery_codes(self, token: str) -> RecoveryCodes:
        path = "/api/users/me/two-step/recovery-codes"
        return json_of(self._write("POST", path, token), RecoveryCodes)

    def end_two_step(self, token: str) -> None:
        self._write("DELETE", "/api/users/me/two-step", token)

    def end_two_step_of(self, token: str, user_id: int) -> None:
        """For admins."""
        self._write("DELETE", f"/api/users/{user_id}/two-step", token)

    def ask_for_passkey(self, second_step: str | None) -> PasskeyChallenge:
        """For a login with any passkey, or for the second step of the one with that challenge."""
        answer = self.http.post(
            "/api/sessions/passkey-options",
            json={"challenge": second_step},
            headers=_from_address(),
        )
        return json_of(answer, PasskeyChallenge)

    def log_in_with_passkey(
        self, challenge: str, credential: object, user_agent: str, *, replaces: str | None = None
    ) -> CreatedSession:
        body = {"challenge": challenge, "credential": credential, "replaces": replaces}
        answer = self.http.post("/api/sessions/passkey", json=body, headers=_seen_from(user_agent))
        return json_of(answer, CreatedSession)

    def passkeys(self, token: str) -> list[Passkey]:
        return json_of(self.http.get("/api/users/me/passkeys", token=token), list[Passkey])

    def start_passkey(self, token: str) -> PasskeyChallenge:
        path = "/api/users/me/passkeys/options"
        return json_of(self._write("POST", path, token), PasskeyChallenge)

    def add_passkey(self, token: str, name: str, challenge: str, credential: object) -> None:
        body = {"name": name, "challenge": challenge, "credential": credential}
        self._write("POST", "/api/users/me/passkeys", token, body)

    def rename_passkey(self, token: str, passkey_id: int, name: str) -> None:
        self._write("PATCH", f"/api/users/me/passkeys/{passkey_id}", token, {"name": name})

    def remove_passkey(self, token: str, passkey_id: int) -> None:
        self._write("DELETE", f"/api/users/me/passkeys/{passkey_id}", token)

    def start_openid(self, invite: str | None = None, *, token: str | None = None) -> OpenIdStart:
        """Where the browser logs in at the provider; with a token to connect that account."""
        answer = self.http.post(
            "/internal/openid/start",
            json={"invite": invite},
            token=token,
            headers=_from_address(),
            timeout=PROVIDER_TIMEOUT,
        )
        return json_of(answer, OpenIdStart)

    def finish_openid(
        self,
        challenge: str,
        state: str,
        code: str,
        user_agent: str,
        *,
        replaces: str | None = None,
        token: str | None = None,
    ) -> CreatedSession | None:
        """None after connecting the account of `token`."""
        body = {"challenge": challenge, "state": state, "code": code, "replaces": replaces}
        answer = self.http.post(
            "/internal/openid/finish",
            json=body,
            token=token,
            headers=_seen_from(user_agent),
            timeout=PROVIDER_TIMEOUT,
        )
        return None if answer.status_code == NO_CONTENT else json_of(answer, CreatedSession)

    def connect_openid(
        self,
        challenge: str,
        password: str,
        user_agent: str,
        *,
        device: str | None = None,
        replaces: str | None = None,
    ) -> CreatedSession:
        """Connect the account with the provider's e-mail by its password."""
        body = {"challenge": challenge, "password": password, "replaces": replaces}
        headers = _seen_from(user_agent) | ({"X-Forwarded-Device": device} if device else {})
        answer = self.http.post("/internal/openid/connect", json=body, headers=headers)
        return json_of(answer, CreatedSession)

    def openid_end(self) -> OpenIdEnd:
        answer = self.http.get("/internal/openid/end", timeout=PROVIDER_TIMEOUT)
        return json_of(answer, OpenIdEnd)

    def disconnect(self, token: str, identity_id: int) -> None:
        self._write("DELETE", f"/api/users/me/identities/{identity_id}", token)

    def refresh(self, session_token: str) -> RefreshedSession:
        body = {"session_token": session_token}
        return json_of(
            self.http.post("/api/sessions/refresh", json=body, headers=_from_address()),
            RefreshedSession,
        )

    def end_session(self, token: str, session_id: int) -> None:
        self._write("DELETE", f"/api/sessions/{session_id}", token)

    def end_other_sessions(self, token: str) -> None:
        self._write("DELETE", "/api/sessions/others", token)

    def sign_up(self, person: dict[str, str], user_agent: str) -> None:
        """Creates no API token: the browser would not show it."""
        body = person | {"with_token": False}
        check(self.http.post("/api/users", json=body, headers=_seen_from(user_agent)))

    def person(self, token: str | None, user_id: int) -> User:
        return json_of(self.http.get(f"/api/users/{user_id}", token=token), User)

    def people(
        self, token: str | None, query: str = "", after: int | None = None, limit: int = 50
    ) -> tuple[list[User], int | None]:
        """A page of people by id, and the id after which the next one begins."""
        params = {"q": query or None, "after": after, "limit": limit}
        response = self.http.get("/api/users", params=params, token=token)
        return json_of(response, list[User]), _next(response, "after")

    def people_of(self, token: str, ids: list[int]) -> list[User]:
        """These people, in any number; unknown ids are left out."""
        people: list[User] = []
        for start in range(0, len(ids), MOST_IDS):
            some = ",".join(map(str, ids[start : start + MOST_IDS]))
            params = {"ids": some, "limit": MOST_IDS}
            people += json_of(self.http.get("/api/users", params=params, token=token), list[User])
        return people

    def names(self, token: str, ids: list[int]) -> dict[int, str]:
        """The names of these people, in any number."""
        return {person["id"]: person["name"] for person in self.people_of(token, ids)}

    def change_me(self, token: str, changes: Mapping[str, object]) -> None:
        self._write("PATCH", "/api/users/me", token, changes)

    def put_avatar(self, token: str, user_id: int, content: bytes, content_type: str) -> None:
        headers = _from_address() | {"Content-Type": content_type}
        path = f"/api/users/{user_id}/avatar"
        check(self.http.put(path, token=token, data=content, headers=headers))

    def delete_avatar(self, token: str, user_id: int) -> None:
        self._write("DELETE", f"/api/users/{user_id}/avatar", token)

    def change_password(
        self, token: str, current: str, new: str, *, revoke_tokens: bool = True
    ) -> None:
        body = {"current_password": current, "password": new, "revoke_tokens": revoke_tokens}
        self._write("PUT", "/api/users/me/password", token, body)

    def sessions(self, token: str) -> list[Session]:
        return json_of(self.http.get("/api/sessions", token=token), list[Session])

    def tokens(self, token: str) -> list[Token]:
        return json_of(self.http.get("/api/tokens", token=token), list[Token])

    def make_token(
        self, token: str, name: str, scopes: list[str], expires_in: int | None
    ) -> CreatedToken:
        """`expires_in` in seconds; None is never."""
        body = {"name": name, "scopes": scopes, "expires_in": expires_in}
        return json_of(self._write("POST", "/api/tokens", token, body), CreatedToken)

    def revoke_token(self, token: str, token_id: int) -> None:
        self._write("DELETE", f"/api/tokens/{token_id}", token)

    def registration(self) -> Registration:
        """What the pages before the login have to know."""
        return json_of(self.http.get("/internal/registration"), Registration)

    def is_open_invite(self, secret: str) -> bool:
        """Whether this invite can be used."""
        answer = self.http.post("/internal/invites/check", json={"token": secret})
        return json_of(answer, InviteCheck)["open"]

    def accounts(
        self, token: str, query: str = "", after: int | None = None
    ) -> tuple[list[User], int | None]:
        """A page of all people, inactive ones included, as `people`. For admins."""
        params = {"q": query or None, "after": after, "limit": 50, "inactive": "true"}
        response = self.http.get("/api/users", params=params, token=token)
        return json_of(response, list[User]), _next(response, "after")

    def change_account(self, token: str, user_id: int, changes: Mapping[str, object]) -> None:
        """For admins."""
        self._write("PATCH", f"/api/users/{user_id}", token, changes)

    def make_password_reset(self, token: str, user_id: int) -> CreatedPasswordReset:
        """For admins."""
        answer = self._write("POST", f"/api/users/{user_id}/password-reset", token)
        return json_of(answer, CreatedPasswordReset)

    def request_password_reset(self, email: str) -> RequestedPasswordReset:
        answer = self.http.post(
            "/api/password-resets", json={"email": email}, headers=_from_address()
        )
        return json_of(answer, RequestedPasswordReset)

    def password_reset(self, secret: str) -> PasswordReset:
        path = f"/api/password-resets/{quote(secret, safe='')}"
        return json_of(self.http.get(path, headers=_from_address()), PasswordReset)

    def use_password_reset(self, secret: str, password: str) -> None:
        path = f"/api/password-resets/{quote(secret, safe='')}"
        check(self.http.post(path, json={"password": password}, headers=_from_address()))

    def ticket(self, token: str) -> Ticket:
        return json_of(
            self.http.post("/api/sessions/ticket", token=token, headers=_from_address()), Ticket
        )

    def _write(
        self, method: str, path: str, token: str, body: Mapping[str, object] | None = None
    ) -> Response:
        """The answer to a change; raises Problem."""
        headers = _from_address()
        return check(self.http.request(method, path, token=token, json=body, headers=headers))


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
        return json_of(response, list[Conversation]), _next(response, "after")

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
        return json_of(response, list[Message]), _next(response, "before")

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
        return json_of(response, list[FollowedThread]), _next(response, "before")

    def follow_thread(self, token: str, message_id: int, *, following: bool) -> None:
        path = f"/api/messages/{message_id}/thread/follow"
        check((self.http.put if following else self.http.delete)(path, token=token))

    def read_thread(self, token: str, message_id: int, seq: int) -> None:
        path = f"/api/messages/{message_id}/thread/read"
        check(self.http.put(path, json={"seq": seq}, token=token))

    def mentions(self, token: str, before: int | None) -> tuple[list[Message], int | None]:
        """A page of the messages that mention the caller, and the id before which to go on."""
        response = self.http.get("/api/mentions", params={"before": before}, token=token)
        return json_of(response, list[Message]), _next(response, "before")

    def search(
        self, token: str, query: Mapping[str, str | int | None]
    ) -> tuple[list[FoundMessage], int | None]:
        """What was found, and the id before which the next page begins."""
        response = self.http.get("/api/search", params=query, token=token)
        return json_of(response, list[FoundMessage]), _next(response, "before")

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
        """The caller's messages that are to be sent later."""
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
        return json_of(response, list[Member]), _next(response, "after")

    def add_member(self, token: str, conversation_id: int, user_id: int) -> None:
        check(self.http.put(f"/api/conversations/{conversation_id}/members/{user_id}", token=token))

    def remove_member(self, token: str, conversation_id: int, user_id: int) -> None:
        check(
            self.http.delete(f"/api/conversations/{conversation_id}/members/{user_id}", token=token)
        )


def _seen_from(user_agent: str) -> dict[str, str]:
    # Leading white space, in Unicode's sense, would make the header one that cannot be sent.
    readable = "".join(filter(str.isprintable, user_agent)).strip()
    return _from_address() | {"User-Agent": readable[:500]}


def _from_address() -> dict[str, str]:
    """users_service limits requests by the person's address."""
    return {"X-Forwarded-For": client_address()}


def _next(response: Response, cursor: str) -> int | None:
    """The cursor in a `Link: <…>; rel="next"` (RFC 8288)."""
    url = response.links.get("next", {}).get("url")
    values = parse_qs(urlsplit(url).query).get(cursor) if url else None
    return int(values[0]) if values else None
