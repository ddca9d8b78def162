"""Steps 07 to 15: messages, over the API and on the page."""

import pytest
import requests

from tests.support.stack import Stack
from tests.tutorial.conftest import Http

RHYME = [
    "trois petits chats",
    "chapeau de paille",
    "paillasson",
    "somnambule",
    "bulletin",
    "tintamarre",
]


def contents(answer: requests.Response) -> list[str]:
    return [message["content"] for message in answer.json()]


def test_07b_messages_are_created_from_ids_written_as_text(
    messages: list[requests.Response],
) -> None:
    assert [answer.status_code for answer in messages] == [201] * 7
    first = messages[0].json()
    assert (first["author_id"], first["recipient_id"]) == (1, 2)
    assert first["content"] == "trois petits chats"


@pytest.mark.usefixtures("messages")
def test_07b_ids_may_be_numbers_too_and_the_path_may_end_in_a_slash(classroom: Stack) -> None:
    body = {"recipient_id": 3, "content": "in numbers", "author_id": 3}
    answer = requests.post(classroom.url + "/api/messages/", json=body)

    assert answer.status_code == 201
    assert answer.json()["author_id"] == 3


@pytest.mark.usefixtures("messages")
def test_07b_a_recipient_who_does_not_exist_is_refused(http: Http) -> None:
    answer = http('http :5001/api/messages author_id=1 recipient_id=1000 content="hello?"')

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["recipient_id"]
    assert "hello?" not in http("http :5001/api/messages").text


@pytest.mark.usefixtures("messages")
def test_07b_an_author_who_does_not_exist_is_refused(http: Http) -> None:
    answer = http('http :5001/api/messages author_id=1000 recipient_id=1 content="from nobody"')

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["author_id"]


@pytest.mark.usefixtures("people")
def test_07b_a_message_without_an_author_is_refused(http: Http) -> None:
    answer = http('http :5001/api/messages recipient_id=1 content="from nobody"')

    assert answer.status_code == 422


@pytest.mark.usefixtures("messages")
@pytest.mark.parametrize("path", ["/api/messages", "/api/messages/"])
def test_08_all_messages_are_listed_oldest_first(http: Http, path: str) -> None:
    listed = contents(http(f"http :5001{path}"))

    assert listed[:7] == [*RHYME, "not visible by 1"]


@pytest.mark.usefixtures("messages")
@pytest.mark.parametrize(
    "path", ["/api/users/1/messages", "/api/users/1/messages/", "/api/messages/with/1"]
)
def test_09_and_10_the_messages_to_and_from_a_person_are_listed(http: Http, path: str) -> None:
    answer = http(f"http :5001{path}")

    assert contents(answer)[:6] == RHYME
    assert "not visible by 1" not in answer.text
    assert all(1 in (m["author_id"], m["recipient_id"]) for m in answer.json())


@pytest.mark.usefixtures("messages")
def test_10_messages_between_2_and_3_are_listed_for_these_two(http: Http) -> None:
    for person in (2, 3):
        assert "not visible by 1" in contents(http(f"http :5001/api/users/{person}/messages"))


@pytest.mark.usefixtures("messages")
def test_11_messages_include_the_details_of_author_and_recipient(http: Http) -> None:
    first = http("http :5001/api/users/1/messages").json()[0]

    assert first["author"].items() >= {
        "id": 1, "name": "Alice Caroll", "email": "alice@foo.com", "nickname": "alice"
    }.items()  # fmt: skip
    assert first["recipient"].items() >= {
        "id": 2, "name": "Bob Morane", "email": "bob@foo.com", "nickname": "bob"
    }.items()  # fmt: skip


def test_12_the_page_of_an_unknown_user_is_not_found(http: Http) -> None:
    assert http("http :5001/front/messages/1000").status_code == 404


@pytest.mark.usefixtures("messages")
def test_12_a_page_shows_the_messages_of_its_person(http: Http) -> None:
    page = http("http :5001/front/messages/1")

    assert page.status_code == 200
    positions = [page.text.index(content) for content in RHYME]
    assert positions == sorted(positions)
    assert "not visible by 1" not in page.text


@pytest.mark.usefixtures("messages")
def test_15_sending_returns_everything_the_page_needs(http: Http) -> None:
    answer = http('http :5001/api/messages author_id=3 recipient_id=3 content="note to self"')

    message = answer.json()
    assert message["id"] > 7
    assert message["date"].endswith("Z")
    assert message["author"]["name"] == message["recipient"]["name"] == "Charlie Chaplin"
    assert message["author"]["email"] == "charlie@foo.com"
