"""Tutorial mode: no token, any author, ids as strings, everything open."""

from typing import Any

import pytest
import requests

from messages_service.app import create_app
from tests.messages_service.conftest import UsersService, make_settings
from tests.support.in_process import Answer, Client


@pytest.fixture(scope="module")
def people(users_service: UsersService) -> list[dict[str, Any]]:
    return [
        requests.post(
            f"{users_service.url}/api/users",
            json={"name": name, "nickname": f"t-{name}", "email": f"t-{name}@example.com"},
            timeout=10,
        ).json()
        for name in ("alice", "bob")
    ]


@pytest.fixture
def client(database_url: str, redis_url: str, users_service: UsersService) -> Client:
    app = create_app(make_settings(database_url, redis_url, users_service.url, tutorial=True))
    return Client(app)


def post(client: Client, author: Any, recipient: Any, content: str = "Hi") -> Answer:
    body = {"author_id": author, "recipient_id": recipient, "content": content}
    return client.post("/api/messages/", json=body)


def test_any_author_is_accepted_with_ids_as_strings(
    client: Client, people: list[dict[str, Any]]
) -> None:
    alice, bob = people
    sent = post(client, str(alice["id"]), str(bob["id"]))
    assert sent.status_code == 201
    assert sent.json["author"]["email"] == "t-alice@example.com"
    assert sent.json["recipient"]["email"] == "t-bob@example.com"
    post(client, bob["id"], alice["id"], "Hi back")

    for path in (
        "/api/messages", "/api/messages/", f"/api/messages/with/{alice['id']}",
        f"/api/users/{alice['id']}/messages", f"/api/users/{bob['id']}/messages",
    ):  # fmt: skip
        assert [m["content"] for m in client.get(path).json] == ["Hi", "Hi back"], path
    chat = sent.json["conversation_id"]
    assert client.get(f"/api/messages/{sent.json['id']}").json == sent.json
    assert client.get(f"/api/conversations/{chat}/messages").status_code == 200
    assert len(client.get(f"/api/conversations/{chat}/events").json["events"]) == 2


@pytest.mark.parametrize(("author", "recipient"), [(999_999, None), (None, 999_999), ("x", None)])
def test_unknown_people_are_rejected(
    client: Client, people: list[dict[str, Any]], author: Any, recipient: Any
) -> None:
    answer = post(client, author or people[0]["id"], recipient or people[1]["id"])
    assert answer.status_code == 422


def test_an_author_must_be_named(client: Client, people: list[dict[str, Any]]) -> None:
    answer = client.post("/api/messages", json={"recipient_id": people[0]["id"], "content": "x"})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "author_id"


def test_a_message_is_edited_and_deleted_without_a_token(
    client: Client, people: list[dict[str, Any]]
) -> None:
    message = post(client, people[0]["id"], people[1]["id"]).json
    path = f"/api/messages/{message['id']}"
    assert client.patch(path, json={"content": "Ho"}).json["content"] == "Ho"
    assert client.delete(path).status_code == 204


def test_personal_routes_still_need_a_token(client: Client) -> None:
    assert client.get("/api/conversations").status_code == 401
