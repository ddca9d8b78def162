"""How a resource looks, as in CONTRIBUTING.md: by the descriptions and by real answers."""

import re
from typing import Any

import pytest
import requests

from tests.contracts.doors import Door
from tests.contracts.matrix import ABSENT
from tests.contracts.resources import CREATED, DELETED, LISTS, owner
from tests.contracts.scene import Scene, location
from tests.contracts.shapes import assert_problem, next_path
from tests.support.cast import Person
from tests.support.stack import Stack

Operations = dict[str, dict[str, Any]]
VERBS = {"GET": ("list", "get"), "PATCH": ("update",), "PUT": ("put",), "DELETE": ("delete",)}
PROBLEM_TYPE = "application/problem+json"
EVERY_SERVICES = "/api/version"
# A page of the log is an object, because it also says where the log ends; a history is short; what
# is found may be ordered by how well it fits, so there is only a next page.
OTHER_LISTS = {
    "GET /api/conversations/{conversation_id}/events",
    "GET /api/messages/{message_id}/history",
    "GET /api/search",
}
LOG_OUT = "DELETE /api/sessions/current"  # needs a session's own token


@pytest.fixture(scope="module")
def operations(stack: Stack) -> Operations:
    """Every operation under /api of both data services, by method and path."""
    found: Operations = {}
    for url in (stack.users_url, stack.messages_url):
        document = requests.get(url + "/openapi.json", timeout=20).json()
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                assert operation.keys() >= {"operationId", "responses"}
                if path.startswith("/api/") and path != EVERY_SERVICES:
                    resolve(operation, document["components"])
                    found[f"{method.upper()} {path}"] = operation
    return found


@pytest.fixture
def scene(stack: Stack, door: Door, dana: Person) -> Scene:
    return Scene(door, dana, stack.sign_up("alice"), stack.sign_up("bob"))


def test_names_of_operations_and_path_fields_follow_the_table(operations: Operations) -> None:
    for name, operation in operations.items():
        method, path = name.split()
        verb = operation["operationId"].partition("_")[0]
        created = method == "POST" and "201" in operation["responses"]
        assert verb in VERBS.get(method, ("create",) if created else (verb,)), name
        fields = re.findall(r"\{(\w+)\}", path)
        assert all(field.endswith("_id") or field in ("emoji", "nickname") for field in fields), (
            name
        )
    ids = [operation["operationId"] for operation in operations.values()]
    assert len(ids) == len(set(ids))


def test_the_tables_have_every_operation_of_their_kind(operations: Operations) -> None:
    created = {name for name, of in operations.items() if "201" in of["responses"]}
    deleted = {name for name in operations if name.startswith("DELETE ")}
    lists = {name for name, of in operations.items() if is_list(of)}

    assert created == CREATED.keys()
    assert deleted == DELETED.keys() | {LOG_OUT}
    assert lists - OTHER_LISTS == LISTS.keys()


@pytest.mark.parametrize("name", CREATED)
def test_a_created_resource_is_found_at_its_location(
    operations: Operations, scene: Scene, name: str
) -> None:
    described = operations[name]["responses"]["201"]["headers"]["Location"]
    answer = CREATED[name](scene)

    assert described["required"]
    assert answer.status_code == 201
    shown = scene.door.get(location(answer), owner(scene, name))
    assert shown.status_code == 200, shown.text
    if shown.headers["Content-Type"] == "application/json":
        assert str(shown.json()["id"]) == location(answer).rpartition("/")[2]


@pytest.mark.parametrize("name", DELETED)
def test_a_deletion_is_answered_with_204(operations: Operations, scene: Scene, name: str) -> None:
    path = DELETED[name](scene)
    answer = scene.door.delete(path, owner(scene, name))

    assert [status for status in operations[name]["responses"] if status < "400"] == ["204"]
    assert (answer.status_code, answer.content) == (204, b""), answer.text


def test_logging_out_is_answered_with_204(operations: Operations, scene: Scene) -> None:
    token = scene.session().json()["access_token"]

    answer = scene.door.delete("/api/sessions/current", token)

    assert "204" in operations[LOG_OUT]["responses"]
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_paged_by_limit_before_after_and_link(
    operations: Operations, scene: Scene, name: str
) -> None:
    parameters = {parameter["name"] for parameter in operations[name]["parameters"]}
    assert parameters >= {"limit", "before", "after"}
    assert "Link" in operations[name]["responses"]["200"]["headers"]

    path, who = LISTS[name](scene), owner(scene, name)
    key = "seq" if "conversation_id}/messages" in name else "id"
    whole = [entry[key] for entry in entries(scene.door.get(with_query(path, "limit=200"), who))]
    assert len(whole) >= 3
    assert sorted(walk(scene.door, with_query(path, "limit=2"), who, key)) == sorted(whole)
    middle = whole[1]
    older, newer = (
        [e[key] for e in entries(scene.door.get(with_query(path, f"limit=200&{bound}"), who))]
        for bound in (f"before={middle}", f"after={middle}")
    )
    assert sorted([*older, middle, *newer]) == sorted(whole)
    assert older
    assert newer


def test_every_error_is_a_problem(operations: Operations, door: Door) -> None:
    for name, operation in operations.items():
        errors = {code: of for code, of in operation["responses"].items() if code >= "400"}
        assert errors, name
        assert all(PROBLEM_TYPE in error["content"] for error in errors.values()), name

        method, path = name.split()
        url = re.sub(r"\{\w+\}", str(ABSENT), path)
        body: list[str] | None = [] if "requestBody" in operation else None
        answer = door.request(method, url, json=body)
        assert_problem(answer, answer.status_code)
        assert str(answer.status_code) in errors, name


def entries(answer: requests.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def walk(door: Door, path: str, who: Person, key: str) -> list[int]:
    found: list[int] = []
    following: str | None = path
    while following:
        answer = door.get(following, who)
        page = entries(answer)
        assert 0 < len(page) <= 2
        found += [entry[key] for entry in page]
        following = next_path(answer)
    return found


def with_query(path: str, query: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{query}"


def is_list(operation: dict[str, Any]) -> bool:
    """Whether it answers with an array, or was given the name of a list."""
    content = operation["responses"].get("200", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    is_array: bool = schema.get("type") == "array"
    return is_array or operation["operationId"].startswith("list_")


def resolve(operation: dict[str, Any], components: dict[str, Any]) -> None:
    """Replace the references among the responses by what they refer to."""
    for status, response in operation["responses"].items():
        if "$ref" in response:
            name = response["$ref"].rpartition("/")[2]
            operation["responses"][status] = components["responses"][name]
    for content in operation["responses"].get("200", {}).get("content", {}).values():
        reference = content.get("schema", {}).get("$ref")
        if reference:
            content["schema"] = components["schemas"][reference.rpartition("/")[2]]
