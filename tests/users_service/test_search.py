"""Searching for people by name and nickname."""

import pytest

from tests.users_service.conftest import Service


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("Zoë Ångström", "zoe"),
        ("Zoë Ångström", "ANGSTROM"),
        ("Zoe Miller", "zoë"),
        ("Łukasz Żak", "lukasz zak"),
        ("Jürgen Groß", "gross"),
        ("Ελένη", "ελενη"),
        ("がくと", "がく"),
        ("100% cotton_", "0% c"),
    ],
)
def test_a_search_for_people_ignores_case_and_accents(
    service: Service, name: str, query: str
) -> None:
    person = service.sign_up("somebody")
    changed = person.patch(f"/api/users/{person.id}", {"name": name})
    assert changed.status_code == 200, changed.text
    found = person.get(f"/api/users?q={query.replace('%', '%25').replace(' ', '+')}").json
    assert [each["name"] for each in found] == [name]


def test_a_search_finds_nicknames_without_their_accents(service: Service) -> None:
    person = service.sign_up("zoë")
    assert [each["id"] for each in person.get("/api/users?q=zoe").json] == [person.id]
    person.patch(f"/api/users/{person.id}", {"name": "Chloé", "nickname": "chloé"})
    assert person.get("/api/users?q=zo").json == []
    assert [each["id"] for each in person.get("/api/users?q=chloe").json] == [person.id]


def test_voiced_sound_marks_are_not_ignored(service: Service) -> None:
    person = service.sign_up("somebody")
    person.patch(f"/api/users/{person.id}", {"name": "かくと"})
    assert person.get("/api/users?q=がく").json == []
