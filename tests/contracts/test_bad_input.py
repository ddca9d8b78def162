"""Fields too long, empty, of the wrong type, with control characters; unknown ids; bad bodies."""

import json
from typing import Any

import pytest

from tests.contracts.doors import Door
from tests.contracts.shapes import assert_problem
from tests.support.cast import PASSWORD, Person
from tests.support.stack import Stack

NO_TEXT: list[Any] = [None, 7, True, [], {}, ["x"], "", "   ", "a\x00b", "a\x1bb"]
NO_ID: list[Any] = ["x", "", -1, 0, 1.5, True, [], {}, "1e3", "²", 2**53, 2**63, 10**30, " 1"]
SIGN_UP = {
    "name": "Emma", "nickname": "emma-unused", "email": "emma-unused@example.com",
    "password": PASSWORD,
}  # fmt: skip
SIGN_UP_MISTAKES: dict[str, list[Any]] = {
    "name": [*NO_TEXT, "x" * 101, "two\nlines"],
    "nickname": [*NO_TEXT, "x" * 33, "two words", "a/b", "a@b", "аlice", "here", "a\u202eb"],
    "email": [*NO_TEXT, "x", "x@", "@x", "a@b@c", "x" * 300 + "@example.com", "a b@example.com"],
    "password": [7, [], {}, "", "short", "x" * 1025, "password1234"],
}
MESSAGE_MISTAKES: dict[str, list[Any]] = {
    "content": [*NO_TEXT, "x" * 10_001, "\n\n", "a\u202eb"],
    "recipient_id": NO_ID,
    "author_id": NO_ID,
    "reply_to": [*NO_ID, 2**31 - 1],
    "client_id": [7, [], {}, "", "x" * 65, "a b", "a\x00b", "ä"],
    "attachments": ["x", {}, [0], ["x"], [2**31 - 1]],
}
ROOM = {"kind": "room", "name": "a name nobody uses", "visibility": "public"}
ROOM_MISTAKES: dict[str, list[Any]] = {
    "kind": ["", "channel", 7, None],
    "name": [*NO_TEXT, "x" * 81, "two\nlines"],
    "visibility": ["", "secret", 7, []],
    "topic": [7, [], "x" * 501, "a\x00b", "two\nlines"],
}


@pytest.fixture(params=["owner", pytest.param("gateway", marks=pytest.mark.slow)])
def door(request: pytest.FixtureRequest, stack: Stack) -> Door:
    """The gateway passes all of it on to the owner; that is tested with fewer values elsewhere."""
    return Door.named(request.param, stack)


def cases(table: dict[str, list[Any]]) -> list[Any]:
    return [
        pytest.param(field, value, id=f"{field}-{ascii(value)[:24]}")
        for field, values in table.items()
        for value in values
    ]


@pytest.mark.parametrize(("field", "value"), cases(SIGN_UP_MISTAKES))
def test_a_sign_up_error_names_the_invalid_field(
    door: Door, dana: Person, field: str, value: Any
) -> None:
    answer = door.post("/api/users", json=SIGN_UP | {field: value})

    assert_problem(answer, 422, field=field)
    assert door.get("/api/users?q=emma-unused", dana).json() == []


@pytest.mark.parametrize(("field", "value"), cases(MESSAGE_MISTAKES))
def test_a_message_with_a_wrong_field_is_not_stored(
    door: Door, alice: Person, bob: Person, field: str, value: Any
) -> None:
    before = door.get("/api/messages?limit=1", alice).json()

    answer = door.post(
        "/api/messages", alice, json={"content": "x", "recipient_id": bob.id} | {field: value}
    )

    assert answer.status_code == 422, answer.text
    problem = assert_problem(answer, 422)
    assert any(error["field"].split(".")[0] == field for error in problem["errors"])
    assert door.get("/api/messages?limit=1", alice).json() == before


@pytest.mark.parametrize(("field", "value"), cases(ROOM_MISTAKES))
def test_a_room_with_a_wrong_field_is_not_created(
    door: Door, alice: Person, field: str, value: Any
) -> None:
    answer = door.post("/api/conversations", alice, json=ROOM | {field: value})

    assert_problem(answer, 422)
    rooms = door.get("/api/conversations?browse=1&q=a+name+nobody", alice).json()
    assert rooms == []


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x"},
        {"recipient_id": 1},
        {"content": "x", "recipient_id": 1, "conversation_id": 1},
        {"content": "x", "recipient_id": 1, "colour": "red"},
        [],
        "text",
        7,
        None,
    ],
)
def test_a_message_of_the_wrong_shape_is_refused(door: Door, alice: Person, body: Any) -> None:
    answer = door.post(
        "/api/messages", alice, data=json.dumps(body), headers={"Content-Type": "application/json"}
    )

    assert_problem(answer, 422)


def test_an_error_names_the_unknown_recipient(door: Door, alice: Person) -> None:
    body = {"content": "anybody there?", "recipient_id": 2**31 - 1}

    assert_problem(door.post("/api/messages", alice, json=body), 422, field="recipient_id")


@pytest.mark.parametrize("path", ["/api/users", "/api/sessions", "/api/messages", "/api/sync"])
@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"\xff\xfe",
        b'{"content": "x"',
        b"{'a': 1}",
        b"[" * 50_000,
        b'{"content": "\\ud800"}',
    ],
)
def test_broken_json_is_a_400(door: Door, alice: Person, path: str, body: bytes) -> None:
    answer = door.post(path, alice, data=body, headers={"Content-Type": "application/json"})

    assert_problem(answer, 400)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", None]
)
def test_another_content_type_is_a_415(door: Door, alice: Person, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = door.post("/api/messages", alice, data=b'{"content":"x"}', headers=headers)

    assert_problem(answer, 415)


def test_a_body_over_the_limit_is_a_413(door: Door, alice: Person, bob: Person) -> None:
    body = {"content": "x" * 2_000_000, "recipient_id": bob.id}

    assert_problem(door.post("/api/messages", alice, json=body), 413)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1" * 5000, "1e999"])
def test_numbers_outside_the_json_standard_are_rejected(
    door: Door, alice: Person, number: str
) -> None:
    answer = door.post(
        "/api/messages",
        alice,
        data='{"content": "x", "recipient_id": ' + number + "}",
        headers={"Content-Type": "application/json"},
    )

    assert_problem(answer, 400, code="broken-json")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/users/2147483647"),
        ("GET", "/api/users/4294967296"),
        ("GET", "/api/messages/4294967296"),
        ("GET", "/api/conversations/9007199254740991"),
        ("GET", "/api/users/0"),
        ("GET", "/api/users/99999999999999999999"),
        ("PATCH", "/api/messages/2147483647"),
        ("DELETE", "/api/messages/2147483647"),
        ("GET", "/api/messages/2147483647/history"),
        ("GET", "/api/conversations/2147483647"),
        ("GET", "/api/conversations/2147483647/messages"),
        ("GET", "/api/conversations/2147483647/events"),
        ("PUT", "/api/conversations/2147483647/read"),
        ("DELETE", "/api/sessions/2147483647"),
        ("DELETE", "/api/tokens/2147483647"),
        ("GET", "/api/messages/x"),
        ("GET", "/api/users/-1"),
        ("GET", "/api/users/%00"),
        ("GET", "/api/users/1%2f..%2f2"),
    ],
)
def test_an_unknown_id_is_not_found(door: Door, alice: Person, method: str, path: str) -> None:
    bodies = {"PATCH": {"content": "x"}, "PUT": {"seq": 1}}

    assert_problem(door.request(method, path, alice, json=bodies.get(method)), 404)


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "99999999999999999999", "%00", "1;2"])
@pytest.mark.parametrize("name", ["before", "after"])
def test_an_invalid_page_cursor_is_rejected(
    door: Door, alice: Person, name: str, value: str
) -> None:
    assert_problem(door.get(f"/api/messages?{name}={value}", alice), 422, field=name)


@pytest.mark.parametrize("seq", [-1, "x", None, 1.5, 2**70, []])
def test_an_invalid_read_marker_is_rejected(
    door: Door, alice: Person, bob: Person, seq: Any
) -> None:
    conversation = door.send(alice, recipient_id=bob.id)["conversation_id"]

    assert_problem(door.put(f"/api/conversations/{conversation}/read", bob, json={"seq": seq}), 422)


@pytest.mark.parametrize(
    "cursors", [None, [], "x", {"x": 1}, {"1": -1}, {"1": "x"}, {"-1": 1}, {str(2**60): 1}]
)
def test_invalid_sync_cursors_are_rejected(door: Door, alice: Person, cursors: Any) -> None:
    assert_problem(door.post("/api/sync", alice, json={"cursors": cursors}), 422)


def test_text_is_stored_as_nfc(door: Door, alice: Person, bob: Person) -> None:
    message = door.send(alice, content="e\u0301\r\nnext", recipient_id=bob.id)

    assert message["content"] == "é\nnext"
