"""The files with which a browser opens Parley without a network."""

import io

import requests
from PIL import Image

from tests.gateway_frontend.visitors import Visitor
from tests.support.cast import Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until


def test_the_service_worker_covers_all_pages_and_is_checked_for_new_versions(
    stack: Stack,
) -> None:
    answer = requests.get(f"{stack.url}/service-worker.js", timeout=10)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    imported = answer.text.partition('"')[2].partition('"')[0]
    assert "immutable" in requests.get(stack.url + imported, timeout=10).headers["Cache-Control"]


def test_the_manifest_names_icons_that_are_there(stack: Stack, admin: Person) -> None:
    url, headers = f"{stack.url}/api/settings/icon", admin.headers  # of another test
    assert requests.delete(url, headers=headers, timeout=10).status_code == 204
    wait_until(lambda: len(requests.get(f"{stack.url}/manifest.webmanifest").json()["icons"]) > 1)
    answer = requests.get(f"{stack.url}/manifest.webmanifest", timeout=10)

    assert answer.headers["Content-Type"].startswith("application/manifest+json")
    manifest = answer.json()
    assert (manifest["start_url"], manifest["display"]) == ("/app", "standalone")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        picture = requests.get(stack.url + icon["src"], timeout=10)
        assert picture.headers["Content-Type"].startswith(icon["type"])
        if icon["type"] == "image/png":
            width, height = Image.open(io.BytesIO(picture.content)).size
            assert icon["sizes"] == f"{width}x{height}"


def test_the_page_for_no_network_is_the_same_for_everybody(stack: Stack, alice: Person) -> None:
    visitor = Visitor(stack.url)
    visitor.log_in(alice)

    page = visitor.get("/offline").text
    assert "You are offline" in page
    assert '<meta name="user-id" content="">' in page
