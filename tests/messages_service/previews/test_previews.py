"""Previews of links: fetched after the message is stored, shown as a change of it."""

import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask_openapi3.openapi import OpenAPI
from PIL import Image
from sqlalchemy import Engine, func, select, update

from messages_service.app import create_app
from messages_service.context import Context
from messages_service.messages.deleting import UNDO_WITHIN, purge_deletions
from messages_service.messages.previewing import fetch_due
from messages_service.models import deletions
from messages_service.previews.fetching import Fetcher
from messages_service.previews.models import preview_jobs, preview_pictures, previews
from messages_service.settings import MessagesSettings
from servicekit.pictures import Pictures
from servicekit.public_web.addresses import Address
from servicekit.public_web.client import PublicWeb
from servicekit.times import utcnow
from tests.messages_service.conftest import Person, SignUp, parts_of

PAGE = """<title>ignored</title><meta property="og:title" content="{title}">
<meta property="og:description" content="Leaves and water.">
<meta property="og:image" content="/picture.png">"""


class Site(BaseHTTPRequestHandler):
    visits: list[str]

    def do_GET(self) -> None:
        self.visits.append(self.path)
        kind, body, status = "text/html", PAGE.format(title=self.path[1:]).encode(), 200
        if self.path == "/picture.png":
            kind, body = "image/png", _png()
        elif self.path == "/none":
            body = b"no title"
        elif self.path == "/file":
            kind = "application/pdf"
        elif self.path == "/missing":
            status = 404
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (960, 480), "teal").save(out, "PNG")
    return out.getvalue()


def on_loopback(address: Address, port: int) -> bool:
    return address.is_loopback


@pytest.fixture
def app(settings: MessagesSettings) -> Iterator[OpenAPI]:
    made = create_app(settings.model_copy(update={"link_previews": True}))
    yield made
    with made.app_context():
        parts_of(made).db.engine.dispose()


@pytest.fixture
def site() -> Iterator[tuple[str, list[str]]]:
    class Handler(Site):
        visits: list[str] = []  # noqa: RUF012 - a class for each test

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", Handler.visits
    server.shutdown()
    server.server_close()


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(PublicWeb("Parley/test", permits=on_loopback), Pictures())


@pytest.fixture
def room(alice: Person, bob: Person) -> int:
    return alice.make_room(bob)


def fetch(app: OpenAPI, fetcher: Fetcher) -> None:
    with app.app_context():
        fetch_due(parts_of(app), fetcher)


def shown(person: Person, message: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.get(f"/api/messages/{message['id']}").json["previews"]
    return found


def test_a_preview_is_added_to_its_message_as_an_event(
    app: OpenAPI,
    fetcher: Fetcher,
    site: tuple[str, list[str]],
    alice: Person,
    bob: Person,
    room: int,
) -> None:
    url, visits = site
    sent = alice.send(f"Look: {url}/tea and {url}/none {url}/file", room)
    assert (sent["previews"], visits) == ([], []), "nothing is fetched while it is sent"

    fetch(app, fetcher)
    fetch(app, fetcher)

    assert visits == ["/tea", "/picture.png", "/none", "/file"]
    (preview,) = shown(bob, sent)
    assert preview == {
        "id": preview["id"],
        "url": f"{url}/tea",
        "site_name": "127.0.0.1",
        "title": "tea",
        "description": "Leaves and water.",
        "picture_url": f"/api/previews/{preview['id']}/picture",
        "picture_width": 480,
        "picture_height": 240,
    }
    event = bob.events(room)[-1]
    assert event["type"] == "message.previewed"
    assert (event["data"]["id"], event["data"]["previews"]) == (sent["id"], [preview])
    listed = bob.get(f"/api/conversations/{room}/messages").json
    assert listed[-1]["previews"] == [preview]
    assert bob.get(f"/api/conversations/{room}").json["unread"] == 1


def test_the_picture_is_a_small_copy_for_members_only(
    app: OpenAPI,
    fetcher: Fetcher,
    site: tuple[str, list[str]],
    alice: Person,
    bob: Person,
    charlie: Person,
    room: int,
) -> None:
    sent = alice.send(f"{site[0]}/tea", room)
    fetch(app, fetcher)
    path = shown(bob, sent)[0]["picture_url"]

    answer = bob.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert Image.open(io.BytesIO(answer.data)).size == (480, 240)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    known = {"If-None-Match": answer.headers["ETag"]}
    assert bob.get(path, headers=known).status_code == 304
    assert charlie.get(path).status_code == 404
    assert bob.get("/api/previews/987654/picture").status_code == 404
    alice.delete(f"/api/messages/{sent['id']}")
    assert bob.get(path).status_code == 404


def test_the_author_can_take_a_preview_away_for_good(
    app: OpenAPI,
    fetcher: Fetcher,
    site: tuple[str, list[str]],
    alice: Person,
    bob: Person,
    charlie: Person,
    room: int,
) -> None:
    url = site[0]
    sent = alice.send(f"{url}/tea {url}/coffee", room)
    other = alice.send("nothing to see", room)
    fetch(app, fetcher)
    tea, coffee = shown(bob, sent)
    path = f"/api/messages/{sent['id']}/previews/{tea['id']}"

    assert bob.delete(path).status_code == 403
    assert charlie.delete(path).status_code == 404
    assert alice.delete(f"/api/messages/{other['id']}/previews/{tea['id']}").status_code == 204
    assert [alice.delete(path).status_code for _ in range(2)] == [204, 204]

    assert shown(bob, sent) == [coffee]
    assert [event["type"] for event in bob.events(room)[-2:]] == ["message.previewed"] * 2
    assert bob.events(room)[-1]["data"]["previews"] == [coffee]
    assert bob.get(tea["picture_url"]).status_code == 404
    alice.patch(f"/api/messages/{sent['id']}", {"content": f"{url}/coffee, {url}/tea!"})
    fetch(app, fetcher)
    assert shown(bob, sent) == [coffee]


def test_an_edit_renews_the_previews(
    app: OpenAPI, fetcher: Fetcher, site: tuple[str, list[str]], alice: Person, room: int
) -> None:
    url, visits = site
    sent = alice.send(f"{url}/tea {url}/coffee", room)
    fetch(app, fetcher)
    visits.clear()

    edited = alice.patch(
        f"/api/messages/{sent['id']}", {"content": f"{url}/milk {url}/coffee"}
    ).json
    assert [preview["title"] for preview in edited["previews"]] == ["coffee"]
    fetch(app, fetcher)

    assert [preview["title"] for preview in shown(alice, sent)] == ["milk", "coffee"]
    assert visits == ["/milk", "/picture.png"]


def test_a_result_that_an_edit_has_overtaken_is_dropped(
    app: OpenAPI, fetcher: Fetcher, site: tuple[str, list[str]], alice: Person, room: int
) -> None:
    sent = alice.send(f"{site[0]}/tea", room)

    class Slow(Fetcher):
        def fetch_all(self, links: Any) -> Any:
            found = fetcher.fetch_all(links)
            alice.patch(f"/api/messages/{sent['id']}", {"content": f"{site[0]}/milk"})
            return found

    fetch(app, Slow(PublicWeb("Parley/test"), Pictures()))
    assert shown(alice, sent) == []
    fetch(app, fetcher)
    assert [preview["title"] for preview in shown(alice, sent)] == ["milk"]


def test_a_deleted_message_loses_its_previews_in_the_log_too(
    app: OpenAPI,
    fetcher: Fetcher,
    site: tuple[str, list[str]],
    alice: Person,
    engine: Engine,
    room: int,
) -> None:
    waiting = alice.send(f"{site[0]}/coffee", room)
    alice.delete(f"/api/messages/{waiting['id']}")
    sent = alice.send(f"{site[0]}/tea", room)
    fetch(app, fetcher)
    alice.delete(f"/api/messages/{sent['id']}")

    assert shown(alice, sent) == shown(alice, waiting) == []
    assert not any(event["data"].get("previews") for event in alice.events(room))
    with engine.begin() as connection:
        connection.execute(update(deletions).values(deleted_at=utcnow() - 2 * UNDO_WITHIN))
    with app.app_context():
        purge_deletions(parts_of(app))
    assert rows_in(engine) == [0, 0, 0]


def test_several_processes_fetch_a_link_once(
    app: OpenAPI,
    settings: MessagesSettings,
    fetcher: Fetcher,
    site: tuple[str, list[str]],
    alice: Person,
    room: int,
) -> None:
    for number in range(6):
        alice.send(f"{site[0]}/{number}", room)
    other = create_app(settings)
    with ThreadPoolExecutor(2) as pool:
        for _ in range(6):
            list(pool.map(lambda each: fetch(each, fetcher), [app, other]))
    with other.app_context():
        parts_of(other).db.engine.dispose()

    pages = sorted(path for path in site[1] if path != "/picture.png")
    assert pages == [f"/{number}" for number in range(6)]
    assert [e["type"] for e in alice.events(room)].count("message.previewed") == 6


def test_a_link_whose_process_ended_is_fetched_by_another_one(
    app: OpenAPI,
    fetcher: Fetcher,
    site: tuple[str, list[str]],
    alice: Person,
    engine: Engine,
    room: int,
) -> None:
    sent = alice.send(f"{site[0]}/tea", room)

    class Ended(Fetcher):
        def fetch_all(self, links: Any) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(app, Ended(PublicWeb("Parley/test"), Pictures()))
    fetch(app, fetcher)
    assert shown(alice, sent) == [], "the lease still holds"
    with engine.begin() as connection:
        connection.execute(update(preview_jobs).values(due_at=utcnow()))
    fetch(app, fetcher)
    assert [preview["title"] for preview in shown(alice, sent)] == ["tea"]


def test_links_that_waited_too_long_and_private_ones_are_given_up(
    app: OpenAPI, site: tuple[str, list[str]], alice: Person, engine: Engine, room: int
) -> None:
    sent = alice.send(f"{site[0]}/tea", room)
    fetch(app, Fetcher(PublicWeb("Parley/test"), Pictures()))
    assert (shown(alice, sent), site[1], rows_in(engine)) == ([], [], [0, 0, 0])

    alice.send(f"{site[0]}/coffee", room)
    with engine.begin() as connection:
        old = utcnow() - timedelta(hours=1)
        connection.execute(update(preview_jobs).values(created_at=old))
    fetch(app, Fetcher(PublicWeb("Parley/test", permits=on_loopback), Pictures()))
    assert (site[1], rows_in(engine)) == ([], [0, 0, 0])


def test_without_the_setting_nothing_is_fetched(
    settings: MessagesSettings, sign_up: SignUp, engine: Engine
) -> None:
    plain = create_app(settings)
    alice, bob = sign_up("alice", plain), sign_up("bob", plain)
    assert alice.send("https://www.example.com/", bob)["previews"] == []
    with plain.app_context():
        parts: Context = parts_of(plain)
        parts.db.engine.dispose()
    assert rows_in(engine) == [0, 0, 0]


def rows_in(engine: Engine) -> list[int]:
    tables = (previews, preview_pictures, preview_jobs)
    with engine.connect() as connection:
        return [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables
        ]
