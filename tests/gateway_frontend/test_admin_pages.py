"""Pages for administrators, without scripts."""

import io
import uuid
from collections.abc import Iterator

import pytest
import requests
from PIL import Image

from tests.gateway_frontend.visitors import Visitor
from tests.support.cast import PASSWORD, Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until

PAGES = ("audit", "export", "invites", "people", "reports", "rooms", "settings")


@pytest.fixture
def admin_visitor(stack: Stack, admin: Person) -> Visitor:
    visitor = Visitor(stack.url)
    visitor.log_in(admin)
    return visitor


@pytest.fixture
def unchanged_settings(stack: Stack, admin: Person) -> Iterator[None]:
    """The stack is shared by all tests, so it gets its name back."""
    yield
    Visitor(stack.url).patch(
        "/api/settings",
        json={
            "place_name": None,
            "registration": None,
            "limits": None,
            "next_steps_dismissed": False,
        },
        headers=admin.headers,
    )


@pytest.mark.parametrize("page", PAGES)
def test_pages_for_administrators_are_closed_to_others(
    visitor: Visitor, bob: Person, page: str
) -> None:
    assert visitor.get(f"/admin/{page}").status_code == 303
    visitor.log_in(bob)
    assert visitor.get(f"/admin/{page}").status_code == 403


@pytest.mark.usefixtures("unchanged_settings")
def test_a_new_name_and_rule_apply_on_every_page_at_once(
    admin_visitor: Visitor, visitor: Visitor
) -> None:
    saved = admin_visitor.submit(
        "/admin/settings", "/admin/settings", place_name="Oak Street", registration="closed"
    )
    assert saved.status_code == 303, saved.text
    assert "Oak Street" in admin_visitor.get("/app").text
    assert "The administrators of Oak Street make accounts" in visitor.get("/signup").text
    assert visitor.get("/manifest.webmanifest").json()["name"] == "Oak Street"


@pytest.mark.usefixtures("unchanged_settings")
def test_administrators_are_offered_the_first_steps_until_they_dismiss_them(
    admin_visitor: Visitor, visitor: Visitor, bob: Person
) -> None:
    visitor.log_in(bob)
    assert "next-steps" not in visitor.get("/app").text
    for step in ("/admin/settings", "/admin/invites", "/app/rooms/new"):
        assert f'href="{step}"' in admin_visitor.get("/app").text

    dismissed = admin_visitor.submit("/app/next-steps/dismiss", "/app")
    assert dismissed.status_code == 303, dismissed.text
    assert "next-steps" not in admin_visitor.get("/app").text


@pytest.mark.usefixtures("unchanged_settings")
def test_a_change_by_the_api_reaches_the_pages(visitor: Visitor, admin: Person) -> None:
    visitor.patch("/api/settings", json={"place_name": "Elm Street"}, headers=admin.headers)
    wait_until(lambda: "Elm Street" in visitor.get("/login").text, 15)


@pytest.mark.usefixtures("unchanged_settings")
def test_a_lower_limit_applies_in_forms_and_to_uploads(
    admin_visitor: Visitor, visitor: Visitor, bob: Person
) -> None:
    page = "/admin/settings"
    refused = admin_visitor.submit(f"{page}/limits", page, upload_bytes="many")
    assert "Must be a number." in refused.text
    refused = admin_visitor.submit(f"{page}/limits", page, upload_bytes="30")
    assert "Must be between 1.0 KB and 20 MB." in refused.text
    saved = admin_visitor.submit(f"{page}/limits", page, upload_bytes="0,5", content="900")
    assert saved.status_code == 303, saved.text
    assert 'value="0.5"' in admin_visitor.get(page).text

    visitor.log_in(bob)
    composer = visitor.get(f"/app/u/{bob.id}").text
    assert 'maxlength="900"' in composer
    assert 'data-max-bytes="500000"' in composer
    file = {"file": ("a.bin", b"x" * 600_000)}

    def is_too_large() -> bool:
        answer = requests.post(
            f"{visitor.base_url}/api/attachments", files=file, headers=bob.headers
        )
        return answer.status_code == 413

    wait_until(is_too_large, 15, 0.3)


@pytest.mark.usefixtures("unchanged_settings")
def test_an_empty_name_is_refused_with_a_reason(admin_visitor: Visitor) -> None:
    refused = admin_visitor.submit(
        "/admin/settings", "/admin/settings", place_name=" ", registration="open"
    )
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text


def test_an_icon_is_shown_to_everybody_and_removed(
    admin_visitor: Visitor, visitor: Visitor
) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (300, 300), "teal").save(picture, "PNG")
    saved = admin_visitor.post(
        "/admin/settings/icon",
        data={"csrf_token": admin_visitor.token("/admin/settings")},
        files={"file": ("icon.png", picture.getvalue(), "image/png")},
    )
    assert saved.status_code == 303, saved.text
    (icon,) = visitor.get("/manifest.webmanifest").json()["icons"]
    assert f'<link rel="icon" href="{icon["src"]}"' in visitor.get("/login").text
    assert visitor.get(icon["src"]).headers["Content-Type"] == "image/webp"

    assert admin_visitor.submit("/admin/settings/icon/remove", "/admin/settings").status_code == 303
    assert "/api/settings/icon" not in visitor.get("/login").text


@pytest.fixture
def no_retention(stack: Stack, admin: Person) -> Iterator[None]:
    yield
    Visitor(stack.url).patch("/api/retention", json={"days": None}, headers=admin.headers)


@pytest.mark.usefixtures("no_retention")
def test_retention_is_set_for_the_place_and_for_a_room(
    admin_visitor: Visitor, admin: Person, bob: Person
) -> None:
    room = bob.make_room(name=f"attic {bob.nickname}")
    page, rooms = "/admin/export", "/admin/export/retention/conversations"
    assert bob.nickname in admin_visitor.get(page).text

    saved = admin_visitor.submit("/admin/export/retention", page, days="36500")
    own = {"conversation_id": str(room), "rule": "days", "conversation_days": "9000"}
    admin_visitor.submit(rooms, page, **own)
    wrong = admin_visitor.submit("/admin/export/retention", page, days="0")

    assert saved.headers["Location"] == "/admin/export?done=retention#retention"
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.text
    retention = admin.api.get("/api/retention").json()
    assert retention["days"] == 36500
    assert (room, 9000) in [(e["conversation_id"], e["days"]) for e in retention["conversations"]]
    admin_visitor.submit(rooms, page, conversation_id=str(room), rule="place")
    retention = admin.api.get("/api/retention").json()
    assert room not in [each["conversation_id"] for each in retention["conversations"]]


def test_an_archive_is_imported_without_scripts(
    admin_visitor: Visitor, admin: Person, bob: Person
) -> None:
    room = bob.make_room()
    exported = bob.api.get(f"/api/conversations/{room}/export").content

    def send(content: bytes) -> requests.Response:
        return admin_visitor.post(
            "/admin/export/import",
            data={"csrf_token": admin_visitor.token("/admin/export"), "format": "parley"},
            files={"file": ("export.zip", content)},
        )

    assert send(exported).headers["Location"] == "/admin/export?done=imported#import"
    broken = send(exported[:-100])
    assert broken.status_code == 422
    assert "Nothing was imported" in broken.text


def test_an_invite_is_made_used_and_named(
    admin_visitor: Visitor, visitor: Visitor, stack: Stack
) -> None:
    page = admin_visitor.submit(
        "/admin/invites", "/admin/invites", role="guest", uses="2", expires="day"
    )
    assert page.status_code == 201, page.text
    link = page.text.partition('<code class="secret">')[2].partition("</code>")[0]
    path = link.removeprefix(stack.url)
    nickname = f"guest{uuid.uuid4().hex[:8]}"
    joined = visitor.submit(
        "/signup",
        path,
        name="Gina Guest",
        nickname=nickname,
        email=f"{nickname}@example.com",
        password=PASSWORD,
        invite=link.rpartition("=")[2],
    )
    assert joined.status_code == 303, joined.text
    shown = admin_visitor.get("/admin/invites").text
    assert "1 of 2 used" in shown
    assert "Gina Guest" in shown
    refused = admin_visitor.submit("/admin/invites", "/admin/invites", uses="5000")
    assert refused.status_code == 422


def test_the_audit_log_is_filtered_by_person_and_action(
    admin_visitor: Visitor, admin: Person, bob: Person
) -> None:
    path = f"/admin/people/{bob.id}/end-sessions"
    assert admin_visitor.submit(path, "/admin/people").status_code == 303
    query = f"person={bob.nickname}&action=sessions.ended&since=2026-01-01"
    shown = admin_visitor.get(f"/admin/audit?{query}").text
    assert shown.count("<b>Sessions ended</b>") == 1
    assert f'/people/{admin.id}"' in shown
    assert "Nothing matches." in admin_visitor.get("/admin/audit?person=nobody-at-all").text
    assert admin_visitor.get("/admin/audit?since=yesterday&action=x&before=x").status_code == 200


def test_a_reported_message_is_deleted_and_its_report_closed(
    admin_visitor: Visitor, admin: Person, bob: Person
) -> None:
    room = bob.make_room(name=f"kitchen {bob.nickname}")
    body = {"content": "you fool", "conversation_id": room}
    message_id = bob.api.post("/api/messages", json=body).json()["id"]
    reason = f"unfriendly, says {bob.nickname}"
    path = f"/api/messages/{message_id}/report"
    report_id = bob.api.post(path, json={"reason": reason}).json()["id"]
    page = "/admin/reports"
    assert reason in admin_visitor.get(page).text
    open_ones = admin.api.get("/api/reports/count").json()["open"]  # others' on this stack, too
    badge = f'<span class="badge">{open_ones}</span></a>'
    assert open_ones >= 1
    assert badge in admin_visitor.get("/admin/people").text

    deleted = admin_visitor.submit(f"{page}/{report_id}/delete-message", page)
    closed = admin_visitor.submit(f"{page}/{report_id}/close", page)
    assert (deleted.status_code, closed.status_code) == (303, 303)
    assert reason not in admin_visitor.get(page).text
    assert bob.api.get(f"/api/messages/{message_id}").json()["content"] == ""


def test_a_room_of_others_is_renamed_and_archived(admin_visitor: Visitor, bob: Person) -> None:
    name = f"pantry {bob.nickname}"
    room, page = bob.make_room(name=name), f"/admin/rooms?q={bob.nickname}"
    assert name in admin_visitor.get(page).text
    renamed = admin_visitor.submit(f"/admin/rooms/{room}", page, name=f"new {name}", topic="jam")
    assert renamed.status_code == 303, renamed.text
    refused = admin_visitor.submit(f"/admin/rooms/{room}", page, name="", topic="")
    assert refused.status_code == 422
    assert admin_visitor.submit(f"/admin/rooms/{room}/owner", page).status_code == 409
    assert admin_visitor.submit(f"/admin/rooms/{room}/archive", page).status_code == 303
    assert f"new {name}" in admin_visitor.get(f"{page}&archived=1").text


def test_the_overview_draws_a_bar_for_each_day(admin_visitor: Visitor, bob: Person) -> None:
    page = admin_visitor.get("/admin?days=90").text
    assert page.count("<rect") == 180
    assert page.count("<tr>") == 91
    other = Visitor(admin_visitor.base_url)
    other.log_in(bob)
    assert other.get("/admin").status_code == 403
