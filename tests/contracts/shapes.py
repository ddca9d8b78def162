"""Checks of the common shape of answers."""

import re
from typing import Any

import requests

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
PERSON = {"id", "name", "nickname"}
MESSAGE = {
    "id", "conversation_id", "seq", "author_id", "recipient_id", "author", "recipient", "content",
    "html", "date", "client_id", "edited_at", "deleted_at", "reply_to", "thread_id",
    "also_in_conversation", "thread", "reactions", "attachments", "mentions",
}  # fmt: skip
CONVERSATION = {
    "id", "kind", "name", "topic", "visibility", "last_seq", "read_seq", "unread",
    "unread_mentions", "last_message",
}  # fmt: skip
EVENT = {"conversation_id", "seq", "epoch", "type", "date", "data"}


def assert_problem(
    answer: requests.Response, status: int, *, code: str | None = None, field: str | None = None
) -> dict[str, Any]:
    """A complete RFC 9457 problem; `field` must be among its errors."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].split(";")[0] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "request_id"} <= problem.keys()
    assert problem["status"] == status
    assert problem["request_id"] == answer.headers["X-Request-ID"]
    assert "Traceback" not in answer.text
    if status == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    if status in (429, 503):
        assert int(answer.headers["Retry-After"]) > 0
    if code is not None:
        assert problem["type"].rpartition(":")[2] == code
    if field is not None:
        assert field in [error["field"] for error in problem["errors"]]
        assert all(error["message"] for error in problem["errors"])
    return problem


def next_path(answer: requests.Response) -> str | None:
    """The path of `Link: <…>; rel="next"`, or None."""
    link = answer.links.get("next")
    return link["url"] if link else None


def assert_message(message: dict[str, Any]) -> None:
    assert message.keys() >= MESSAGE
    assert TIME.fullmatch(message["date"])
    assert message["author"].keys() >= PERSON
    for name in ("id", "conversation_id", "seq", "author_id"):
        assert isinstance(message[name], int)
