"""Pages for administrators, without scripts."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from tests.gateway_frontend.visitors import Visitor
from tests.support.cast import Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until

PAGES = ("export", "people", "settings")


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
        json={"place_name": None, "registration": None},
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
def test_a_change_by_the_api_reaches_the_pages(visitor: Visitor, admin: Person) -> None:
    visitor.patch("/api/settings", json={"place_name": "Elm Street"}, headers=admin.headers)
    wait_until(lambda: "Elm Street" in visitor.get("/login").text, 15)


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
