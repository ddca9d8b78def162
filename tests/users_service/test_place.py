"""The place's settings: name, rule for sign-up, icon."""

from tests.users_service.avatars import picture
from tests.users_service.conftest import MakeService, Person, account


def test_settings_are_those_of_the_environment_until_an_admin_changes_them(
    make_service: MakeService,
) -> None:
    service = make_service(place_name="Maple Street", registration="invite")
    alice = service.sign_up("alice")
    assert alice.get("/api/settings").json == {
        "place_name": "Maple Street",
        "registration": "invite",
        "icon_url": None,
        "next_steps_dismissed": False,
    }
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
            {"place_name": "Oak Street", "registration": "open", "icon_url": None},
        )
    ]


def test_wrong_settings_are_refused(alice: Person) -> None:
    for wrong in ({"place_name": " "}, {"place_name": "x" * 81}, {"registration": "maybe"}):
        assert alice.patch("/api/settings", wrong).status_code == 422
    assert alice.patch("/api/settings", {"place": "x"}).status_code == 422


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
