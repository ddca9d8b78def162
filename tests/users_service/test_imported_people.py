"""People of an import: matched, created deactivated, and found again."""

from typing import Any

from servicekit.web.service_calls import SERVICE_SECRET_HEADER
from tests.users_service.conftest import SECRET, Person, Service


def person(id_: str, **changes: Any) -> dict[str, Any]:
    return {"id": id_, "nickname": id_, "name": id_.capitalize(), "email": None} | changes


def import_people(service: Service, *people: dict[str, Any], source: str = "place") -> list[Any]:
    answer = service.post(
        "/internal/people/import",
        {"source": source, "people": list(people)},
        headers={SERVICE_SECRET_HEADER: SECRET},
    )
    assert answer.status_code == 200, answer.text
    return [each["profile"] for each in answer.json]


def test_people_are_matched_by_email_and_without_one_by_nickname(service: Service) -> None:
    alice, bob = service.sign_up("alice"), service.sign_up("bob")
    by_email = person("U1", nickname="al", email=alice.email.upper())
    another = person("U2", nickname="Bob", email="another@example.com")

    first, second, third = import_people(service, by_email, another, person("U3", nickname="BOB"))

    assert (first["id"], third["id"]) == (alice.id, bob.id)
    assert second["id"] not in (alice.id, bob.id)
    assert (second["nickname"], second["active"]) == ("Bob-2", False)


def test_the_same_people_are_found_again_under_other_names(service: Service) -> None:
    admin = service.sign_up("alice")
    wanted = [person("U1", nickname="not allowed!"), person("U2", name="", role="admin")]
    first = import_people(service, *wanted)
    admin.patch(f"/api/users/{first[0]['id']}", {"nickname": "renamed", "active": True})
    again = import_people(service, *wanted)
    elsewhere = import_people(service, *wanted, source="another place")

    assert [each["id"] for each in again] == [each["id"] for each in first]
    assert elsewhere[0]["id"] != first[0]["id"]
    assert (first[0]["nickname"], first[1]["role"]) == ("not-allowed", "member")
    assert again[0]["active"]
    assert service.log_in("not-allowed").status_code == 401


def test_only_services_import_people(service: Service) -> None:
    alice: Person = service.sign_up("alice")
    body = {"source": "place", "people": []}
    assert alice.post("/internal/people/import", body).status_code == 403
