"""Steps 00 to 06: an app, its database, and people."""

import json

import pytest
import requests

from tests.support.stack import Stack
from tests.tutorial.conftest import Http

ALICE = {"id": 1, "name": "Alice Caroll", "email": "alice@foo.com", "nickname": "alice"}


def test_00_the_app_answers(http: Http) -> None:
    assert http("http :5001/healthz").json() == {"status": "alive"}


def test_01_each_data_service_has_a_database_in_a_file_of_its_own(classroom: Stack) -> None:
    assert {"users.sqlite3", "messages.sqlite3"} <= {p.name for p in classroom.directory.iterdir()}


def test_01b_the_database_is_alive(http: Http) -> None:
    answer = http("http :5001/db/alive")

    assert answer.status_code == 200
    assert answer.json()["status"] == "healthy"
    assert answer.json()["message"]


def test_01c_the_version_is_shown(http: Http) -> None:
    assert http("http :5001/api/version").json()["version"]


def test_02b_a_user_is_created(people: list[requests.Response]) -> None:
    assert [answer.status_code for answer in people] == [201, 201, 201]
    assert people[0].json().items() >= ALICE.items()
    assert people[0].json()["token"].startswith("parley_")


@pytest.mark.usefixtures("people")
def test_02b_the_same_nickname_is_refused_the_second_time(http: Http) -> None:
    answer = http('http :5001/api/users name="Al" email="al@foo.com" nickname="alice"')

    assert answer.status_code == 409


def test_02b_an_error_names_the_missing_field(http: Http) -> None:
    answer = http('http :5001/api/users name="Al" nickname="al"')

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["email"]


def test_02b_the_body_may_be_written_by_hand_in_any_order(classroom: Stack, people: object) -> None:
    body = '{"nickname":"dora","email":"dora@foo.com","name":"Dora"}'
    answer = requests.post(
        classroom.url + "/api/users/", data=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 201
    assert answer.json()["nickname"] == "dora"


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("path", ["/api/users", "/api/users/"])
def test_03_users_are_listed_in_the_order_of_their_ids(http: Http, path: str) -> None:
    answer = http(f"http :5001{path}")

    assert [person["nickname"] for person in answer.json()[:3]] == ["alice", "bob", "charlie"]
    assert answer.json()[0].items() >= ALICE.items()
    assert "token" not in answer.text


@pytest.mark.usefixtures("people")
def test_04_a_page_shows_the_users(http: Http) -> None:
    answer = http("http :5001/front/users")

    assert answer.headers["Content-Type"].startswith("text/html")
    for name in ("Alice Caroll", "Bob Morane", "Charlie Chaplin"):
        assert name in answer.text
    assert 'href="/front/messages/1"' in answer.text


def test_05_the_start_page_leads_to_the_users(http: Http) -> None:
    answer = http("http :5001/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/front/users")


@pytest.mark.usefixtures("people")
def test_06_one_user_is_shown(http: Http) -> None:
    assert http("http :5001/api/users/1").json().items() >= ALICE.items()


def test_06_an_unknown_user_is_a_problem_in_json(http: Http) -> None:
    answer = http("http :5001/api/users/1000")

    assert answer.status_code == 404
    assert json.loads(answer.text)["status"] == 404
