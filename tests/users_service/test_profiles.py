"""Title, time zone, settings, status and do not disturb."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.users_service.conftest import Person
from users_service.actions.profiles import end_past_statuses
from users_service.context import current_context


def in_minutes(minutes: float) -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()


def end_due(person: Person) -> None:
    with person.service.app.app_context():
        end_past_statuses(current_context())


def test_everybody_sees_title_time_zone_and_status(alice: Person, bob: Person) -> None:
    shown = {
        "title": "Gardener",
        "time_zone": "Europe/Zurich",
        "status": {"emoji": "🌿", "text": "in the garden", "until": None},
    }
    assert bob.patch("/api/users/me", shown).status_code == 200

    seen = alice.get(f"/api/users/{bob.id}").json
    assert {name: seen[name] for name in shown} == shown
    kind, data = alice.service.feed()[-1]
    assert kind == "user.updated"
    assert {name: data[name] for name in shown} == shown


def test_only_the_person_sees_theme_and_language(alice: Person, bob: Person) -> None:
    before = bob.service.last_seq()
    assert bob.get("/api/users/me").json["theme"] == "system"
    mine = bob.patch("/api/users/me", {"theme": "dark", "language": "de-CH"}).json
    assert (mine["theme"], mine["language"]) == ("dark", "de-CH")
    assert not {"theme", "language"} & alice.get(f"/api/users/{bob.id}").json.keys()
    # The other services write to the person in that language; the gateway reads the person again.
    ((kind, data),) = bob.service.feed(before)
    assert kind == "user.updated"
    assert data["language"] == "de-CH"
    assert "theme" not in data


def test_null_removes_and_an_absent_field_stays(bob: Person) -> None:
    status = {"emoji": "🍲", "text": "Lunch"}
    bob.patch("/api/users/me", {"title": "Cook", "time_zone": "UTC", "status": status})
    assert bob.patch("/api/users/me", {"title": None}).json["status"]["text"] == "Lunch"
    cleared = bob.patch("/api/users/me", {"time_zone": None, "status": None}).json
    assert (cleared["title"], cleared["time_zone"], cleared["status"]) == (None, None, None)


def test_a_status_without_emoji_and_text_is_no_status(bob: Person) -> None:
    bob.patch("/api/users/me", {"status": {"text": "Lunch"}})
    empty = {"emoji": "", "text": " ", "until": in_minutes(5)}
    assert bob.patch("/api/users/me", {"status": empty}).json["status"] is None
    end_due(bob)


def test_a_status_ends_by_itself_and_its_end_is_published_once(bob: Person) -> None:
    service = bob.service
    status = {"emoji": "🍲", "text": "Lunch", "until": in_minutes(30)}
    quiet = bob.patch("/api/users/me", {"status": status, "dnd_until": in_minutes(90)}).json
    service.turn_back("users.status_until", timedelta(minutes=31))
    service.turn_back("users.dnd_until", timedelta(minutes=31))
    before = service.last_seq()
    assert bob.get("/api/users/me").json["status"] is None

    end_due(bob)
    end_due(bob)

    ((kind, data),) = service.feed(before)
    assert (kind, data["status"]) == ("user.updated", None)
    assert quiet["dnd_until"] > data["dnd_until"]  # it was turned back, and lasts
    service.turn_back("users.dnd_until", timedelta(minutes=60))
    end_due(bob)
    assert service.feed(before)[-1][1]["dnd_until"] is None


def test_a_nickname_leads_to_its_person(alice: Person, bob: Person) -> None:
    answer = alice.get("/api/people/BOB")
    assert (answer.status_code, answer.headers["Location"]) == (307, f"/api/users/{bob.id}")
    assert alice.get("/api/people/nobody").status_code == 404
    assert alice.service.get("/api/people/bob").status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "x" * 81},
        {"title": "a\nb"},
        {"title": "a\x07"},
        {"time_zone": "Europe/Atlantis"},
        {"time_zone": "../etc/passwd"},
        {"time_zone": ""},
        {"language": "klingon language"},
        {"theme": "pink"},
        {"status": {"emoji": "x"}},
        {"status": {"emoji": "🌿🌿"}},
        {"status": {"text": "x" * 101}},
        {"status": {"text": "a\nb"}},
        {"status": {"text": "late", "until": "2020-01-01T00:00:00Z"}},
        {"status": {"text": "far", "until": "9999-12-31T23:59:59Z"}},
        {"status": {"text": "no zone", "until": "2030-01-01T00:00:00"}},
        {"status": {"text": "typo", "untill": None}},
        {"status": "Lunch"},
        {"dnd_until": "2020-01-01T00:00:00Z"},
        {"dnd_until": True},
    ],
)
def test_an_invalid_profile_is_rejected(shared_bob: Person, changes: dict[str, Any]) -> None:
    assert shared_bob.patch("/api/users/me", changes).status_code == 422
