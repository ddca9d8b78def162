"""The place's settings: name, rule for sign-up, icon."""

import pytest

from tests.users_service.avatars import picture
from tests.users_service.conftest import MakeService, Person, account


def test_settings_are_those_of_the_environment_until_an_admin_changes_them(
    make_service: MakeService,
) -> None:
    service = make_service(place_name="Maple Street", registration="invite")
    alice = service.sign_up("alice")
    settings = alice.get("/api/settings").json
    assert settings["place_name"] == "Maple Street"
    assert settings["registration"] == "invite"
    assert settings["icon_url"] is None
    assert settings["next_steps_dismissed"] is False
    changed = alice.patch("/api/settings", {"place_name": "Oak Street", "registration": "open"})
    assert changed.json["place_name"] == "Oak Street"
    assert service.post("/api/users", account("bob")).status_code == 201
    assert service.internal("/internal/place")["place_name"] == "Oak Street"

    restored = alice.patch("/api/settings", {"place_name": None, "registration": None}).json
    assert (restored["place_name"], restored["registration"]) == ("Maple Street", "invite")
    assert service.post("/api/users", account("charlie")).status_code == 403


def test_a_change_is_announced_once_in_the_feed(alice: Person) -> None:
    before = alice.service.last_seq()
    for _ in range(2):
        alice.patch("/api/settings", {"place_name": "Oak Street"})
    assert alice.service.feed(before) == [
        (
            "place.changed",
            {"place_name": "Oak Street", "registration": "open", "icon_url": None, "limits": {}},
        )
    ]


def test_an_admin_lowers_limits_and_takes_that_back(make_service: MakeService) -> None:
    service = make_service(max_upload_bytes=5_000_000, rate_messages="40")
    alice = service.sign_up("alice")
    greatest = alice.get("/api/settings").json
    assert greatest["bounds"]["messages"] == {"least": 1, "most": 40, "seconds": 10}

    before = service.last_seq()
    alice.patch("/api/settings", {"limits": {"upload_bytes": 2_000_000, "content": 500}})
    lowered = alice.patch("/api/settings", {"limits": {"messages": 7, "content": None}}).json
    assert lowered["limits"] == {**greatest["limits"], "upload_bytes": 2_000_000, "messages": 7}
    assert service.feed(before)[-1][1]["limits"] == {"upload_bytes": 2_000_000, "messages": 7}
    # A process that starts now has to know them.
    assert service.internal("/internal/feed?after=-1")["entries"][-1]["type"] == "place.changed"

    acts = alice.get("/api/audit?action=settings.changed").json
    assert acts[0]["detail"] == {"setting": "messages", "to": 7}
    restored = alice.patch("/api/settings", {"limits": None}).json
    assert restored["limits"] == greatest["limits"]


def test_limits_beyond_those_of_the_installation_are_refused_together(alice: Person) -> None:
    refused = alice.patch(
        "/api/settings", {"limits": {"upload_bytes": 10**12, "messages": 0, "content": 200}}
    )
    assert refused.status_code == 422
    wrong = {error["field"] for error in refused.json["errors"]}
    assert wrong == {"limits.upload_bytes", "limits.messages"}
    limits = alice.get("/api/settings").json["limits"]
    assert limits["content"] == 10_000


@pytest.mark.parametrize(
    ("field", "value"),
    [("place_name", " "), ("place_name", "x" * 81), ("registration", "maybe"), ("place", "x")],
)
def test_an_invalid_setting_is_refused_by_its_name(alice: Person, field: str, value: str) -> None:
    answer = alice.patch("/api/settings", {field: value})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_everybody_sees_the_icon_until_it_is_deleted(alice: Person) -> None:
    put = alice.put("/api/settings/icon", data=picture(), content_type="image/png")
    assert put.status_code == 200, put.text
    shown = alice.service.get(put.json["icon_url"])
    assert shown.headers["Content-Type"] == "image/webp"

    for _ in range(2):
        assert alice.delete("/api/settings/icon").status_code == 204
    assert alice.service.get("/api/settings/icon").status_code == 404
    assert alice.get("/api/settings").json["icon_url"] is None


def test_a_text_is_rejected_as_icon(alice: Person) -> None:
    refused = alice.put("/api/settings/icon", data=b"<svg/>", content_type="image/png")
    assert refused.status_code == 422
