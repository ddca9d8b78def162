"""users_service: people, and their sessions and tokens."""

from collections.abc import Mapping

from gateway_frontend.clients.calls import from_address, next_cursor, write
from gateway_frontend.shapes.people import User
from gateway_frontend.shapes.sign_in import CreatedToken, Session, Token
from servicekit.http import ServiceClient, check, json_of

MOST_IDS = 100


class UsersClient:
    """users_service: people, sessions, tokens."""

    def __init__(self, http: ServiceClient) -> None:
        self.http = http

    def end_session(self, token: str, session_id: int) -> None:
        write(self.http, "DELETE", f"/api/sessions/{session_id}", token)

    def end_other_sessions(self, token: str) -> None:
        write(self.http, "DELETE", "/api/sessions/others", token)

    def person(self, token: str | None, user_id: int) -> User:
        return json_of(self.http.get(f"/api/users/{user_id}", token=token), User)

    def people(
        self, token: str | None, query: str = "", after: int | None = None, limit: int = 50
    ) -> tuple[list[User], int | None]:
        """A page of people by id, and the id after which the next one begins."""
        params = {"q": query or None, "after": after, "limit": limit}
        response = self.http.get("/api/users", params=params, token=token)
        return json_of(response, list[User]), next_cursor(response, "after")

    def people_of(self, token: str, ids: list[int]) -> list[User]:
        """People by their ids, any number of them; unknown ids are left out."""
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
        write(self.http, "PATCH", "/api/users/me", token, json=changes)

    def put_avatar(self, token: str, user_id: int, content: bytes, content_type: str) -> None:
        headers = from_address() | {"Content-Type": content_type}
        path = f"/api/users/{user_id}/avatar"
        check(self.http.put(path, token=token, data=content, headers=headers))

    def delete_avatar(self, token: str, user_id: int) -> None:
        write(self.http, "DELETE", f"/api/users/{user_id}/avatar", token)

    def sessions(self, token: str) -> list[Session]:
        return json_of(self.http.get("/api/sessions", token=token), list[Session])

    def tokens(self, token: str) -> list[Token]:
        return json_of(self.http.get("/api/tokens", token=token), list[Token])

    def make_token(
        self, token: str, name: str, scopes: list[str], expires_in: int | None
    ) -> CreatedToken:
        """`expires_in` in seconds; None is never."""
        body = {"name": name, "scopes": scopes, "expires_in": expires_in}
        return json_of(write(self.http, "POST", "/api/tokens", token, json=body), CreatedToken)

    def revoke_token(self, token: str, token_id: int) -> None:
        write(self.http, "DELETE", f"/api/tokens/{token_id}", token)

    def accounts(
        self, token: str, query: str = "", after: int | None = None
    ) -> tuple[list[User], int | None]:
        """A page of all people, inactive ones included, as `people`. For admins."""
        params = {"q": query or None, "after": after, "limit": 50, "inactive": "true"}
        response = self.http.get("/api/users", params=params, token=token)
        return json_of(response, list[User]), next_cursor(response, "after")

    def change_account(self, token: str, user_id: int, changes: Mapping[str, object]) -> None:
        """For admins."""
        write(self.http, "PATCH", f"/api/users/{user_id}", token, json=changes)
