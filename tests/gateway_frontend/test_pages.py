"""Pages as a browser without scripts gets them."""

import json
import re
from typing import Any

import pytest

from gateway_frontend.pages.shell import moderates
from tests.gateway_frontend.visitors import Visitor
from tests.support.cast import PASSWORD, Person
from tests.support.stack import Stack

SAFE_NEXT = ["/settings", "/app/c/7?before=3"]
OTHER_SITES = ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "x"]


def test_the_start_page_redirects_to_the_app_and_the_app_to_the_login(visitor: Visitor) -> None:
    start = visitor.get("/")
    assert (start.status_code, start.headers["Location"]) == (302, "/app")
    app = visitor.get("/app/c/5")
    assert (app.status_code, app.headers["Location"]) == (303, "/login?next=%2Fapp%2Fc%2F5")


@pytest.mark.parametrize("path", SAFE_NEXT)
def test_login_redirects_to_the_requested_page(visitor: Visitor, alice: Person, path: str) -> None:
    fields = {"login": alice.nickname, "password": alice.password, "next": path}
    assert visitor.submit("/login", **fields).headers["Location"] == path


@pytest.mark.parametrize("address", OTHER_SITES)
def test_login_never_redirects_to_another_site(
    visitor: Visitor, alice: Person, address: str
) -> None:
    fields = {"login": alice.nickname, "password": alice.password, "next": address}
    assert visitor.submit("/login", **fields).headers["Location"] == "/app"


@pytest.mark.parametrize("login", ["alice", "nobody at all", "", "x" * 5000, "a\x00b", "\ud7ff'--"])
def test_a_failed_login_shows_the_form_again(visitor: Visitor, login: str) -> None:
    answer = visitor.submit("/login", login=login, password="wrong")
    assert answer.status_code == 422
    assert "is not right" in answer.text


def test_signing_up_logs_in(visitor: Visitor) -> None:
    fields = {"name": "Dana", "nickname": "dana-new", "email": "dana-new@example.com"}
    answer = visitor.submit("/signup", password=PASSWORD, **fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/app")
    assert "Welcome, Dana" in visitor.get("/app").text


def test_an_unavailable_nickname_is_reported_at_its_field(visitor: Visitor, alice: Person) -> None:
    answer = visitor.submit(
        "/signup", name="A", nickname=alice.nickname, email="x@example.com", password=PASSWORD
    )
    assert answer.status_code == 409
    assert re.search(r'id="nickname-wrong">\s*Is taken\.', answer.text)
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"name": "x" * 5000, "nickname": "ok", "email": "ok@example.com", "password": PASSWORD},
        {"name": "<b>", "nickname": "<b>", "email": "<b>", "password": "<b>"},
        {"name": "a\x07", "nickname": "a b", "email": "nothing", "password": "short"},
        {"name": "A", "nickname": "b", "email": "b@example.com", "password": "x" * 100_000},
    ],
)
def test_an_invalid_sign_up_marks_the_field_and_escapes_the_input(
    visitor: Visitor, fields: dict[str, str]
) -> None:
    answer = visitor.submit("/signup", **fields)
    assert answer.status_code == 422
    assert "aria-invalid" in answer.text
    assert "<b>" not in answer.text


def test_a_missing_page_says_what_to_do(visitor: Visitor) -> None:
    answer = visitor.get("/no/such/page")
    assert answer.status_code == 404
    assert "Nothing here" in answer.text
    assert 'href="/"' in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/app/c/999999", "/app/c/99999999999999999999", "/app/u/999999", "/app/c/x",
        "/app/c/999999/members",
    ],
)  # fmt: skip
def test_an_inaccessible_page_looks_missing(visitor: Visitor, alice: Person, path: str) -> None:
    visitor.log_in(alice)
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_conversation_of_others_is_not_shown(
    visitor: Visitor, alice: Person, bob: Person, charlie: Person
) -> None:
    theirs = alice.send("Between us", to=bob)
    visitor.log_in(charlie)
    answer = visitor.get(f"/app/c/{theirs['conversation_id']}")
    assert answer.status_code == 404
    assert "Between us" not in answer.text
    answer = visitor.submit(
        f"/app/c/{theirs['conversation_id']}/messages", page="/app", content="Me too"
    )
    assert answer.status_code == 404


def test_an_invalid_message_is_returned_with_the_reason(
    visitor: Visitor, alice: Person, bob: Person
) -> None:
    conversation_id = alice.send("Hi", to=bob)["conversation_id"]
    visitor.log_in(alice)
    too_long = "long " * 2001
    answer = visitor.submit(f"/app/c/{conversation_id}/messages", page="/app", content=too_long)
    assert answer.status_code == 422
    assert too_long.strip() in answer.text
    assert 'role="alert"' in answer.text


def test_a_form_sent_twice_creates_one_message(
    visitor: Visitor, alice: Person, bob: Person
) -> None:
    conversation_id = alice.send("Hi", to=bob)["conversation_id"]
    visitor.log_in(alice)
    page = visitor.get(f"/app/c/{conversation_id}").text
    client_id = re.search(r'name="client_id" value="([^"]+)"', page)
    assert client_id
    path = f"/app/c/{conversation_id}/messages"
    for _ in range(2):
        answer = visitor.submit(path, page="/app", content="Once", client_id=client_id[1])
        assert answer.status_code == 303
    page = visitor.get(f"/app/c/{conversation_id}").text
    assert page.count("<p>Once</p>") == 1


def test_older_messages_are_a_link_away(visitor: Visitor, alice: Person, bob: Person) -> None:
    for number in range(56):
        sent = alice.send(f"Line {number}", to=bob)
    bob.read_all(sent["conversation_id"])
    visitor.log_in(bob)
    page = visitor.get(f"/app/c/{sent['conversation_id']}").text
    assert "<p>Line 5</p>" not in page
    older = re.search(r'href="(/app/c/\d+\?before=\d+)"', page)
    assert older
    assert "<p>Line 5</p>" in visitor.get(older[1]).text


def test_without_scripts_a_page_starts_at_the_first_unread_and_marks_it_read(
    visitor: Visitor, alice: Person, bob: Person
) -> None:
    for number in range(60):
        sent = alice.send(f"Line {number}", to=bob)
    visitor.log_in(bob)
    page = visitor.get(f"/app/c/{sent['conversation_id']}").text
    assert page.index('class="new"') < page.index("<p>Line 0</p>")
    assert "<p>Line 59</p>" not in page
    picture = re.search(r'<img src="(/front/conversations/\d+/read\?seq=50)"', page)
    assert picture
    elsewhere = visitor.get(picture[1], headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403
    assert _unread(bob, sent["conversation_id"]) == 60
    assert visitor.get(picture[1]).headers["Content-Type"] == "image/gif"
    assert _unread(bob, sent["conversation_id"]) == 10
    later = re.search(r'href="(/app/c/\d+\?after=50)"', page)
    assert later
    page = visitor.get(later[1]).text
    assert "<p>Line 59</p>" in page
    picture = re.search(r'<img src="(/front/conversations/\d+/read\?seq=60)"', page)
    assert picture
    visitor.get(picture[1])
    assert _unread(bob, sent["conversation_id"]) == 0


def _unread(person: Person, conversation_id: int) -> int:
    unread: int = person.api.get(f"/api/conversations/{conversation_id}").json()["unread"]
    return unread


def test_days_and_times_are_in_the_readers_zone(
    visitor: Visitor, alice: Person, bob: Person
) -> None:
    sent = alice.send("When", to=bob)
    visitor.log_in(alice)
    visitor.cookies.set("parley-zone", "Asia%2FKathmandu")
    page = visitor.get(f"/app/c/{sent['conversation_id']}").text
    hour, minute = int(sent["date"][11:13]), int(sent["date"][14:16])
    minutes = (hour * 60 + minute + 5 * 60 + 45) % (24 * 60)
    assert f">{minutes // 60:02}:{minutes % 60:02}</time>" in page
    for nonsense in ("../../etc/passwd", "Mars/Olympus", "x" * 500, "America"):
        visitor.cookies.set("parley-zone", nonsense)
        assert visitor.get(f"/app/c/{sent['conversation_id']}").status_code == 200


def test_front_messages_shows_only_your_own_direct_messages(
    visitor: Visitor, alice: Person, bob: Person
) -> None:
    alice.send("A letter", to=bob)
    visitor.log_in(alice)
    assert "A letter" in visitor.get(f"/front/messages/{alice.id}").text
    answer = visitor.get(f"/front/messages/{bob.id}")
    assert answer.status_code == 403
    assert "A letter" not in answer.text


def test_a_room_is_created_joined_and_left_by_plain_forms(
    visitor: Visitor, alice: Person, bob: Person, stack: Stack
) -> None:
    visitor.log_in(alice)
    name = f"Garden of {alice.nickname}"
    made = visitor.submit("/app/rooms", page="/app", name=name, topic="", visibility="public")
    path = made.headers["Location"]
    assert name in visitor.get(path).text
    taken = visitor.submit("/app/rooms", page="/app", name=name, topic="", visibility="public")
    assert taken.status_code == 409
    assert "Is taken" in taken.text
    guest = Visitor(stack.url)
    guest.log_in(bob)
    assert name in guest.get(f"/app/rooms?q={name}").text
    assert name not in guest.get("/app/rooms?q=Another+garden").text
    assert "You are not in this room" in guest.get(path).text
    assert guest.submit(f"{path}/join", page="/app").headers["Location"] == path
    assert "Write the first one" in guest.get(path).text
    assert guest.submit(f"{path}/leave", page="/app").headers["Location"] == "/app"
    assert "You are not in this room" in guest.get(path).text


def test_pages_are_not_cached_and_assets_are_immutable(visitor: Visitor, alice: Person) -> None:
    visitor.log_in(alice)
    page = visitor.get("/app")
    assert page.headers["Cache-Control"] == "no-store"
    asset = re.search(r'href="(/static/[^"]+\.css)"', page.text)
    assert asset
    kept = visitor.get(asset[1]).headers["Cache-Control"]
    assert "immutable" in kept
    assert "max-age=31536000" in kept
    outdated = visitor.get(re.sub(r"/static/\w+/", "/static/0123456789ab/", asset[1]))
    assert outdated.headers["Cache-Control"] == "public, no-cache"
    assert visitor.get("/static/x/../../app.py").status_code == 404


def test_the_docs_page_links_every_services_description(visitor: Visitor) -> None:
    for service in ("users_service", "messages_service"):
        assert f"/docs?service={service}" in visitor.get("/docs").text
        assert f"/docs/specs/{service}.json" in visitor.get(f"/docs?service={service}").text
        spec = visitor.get(f"/docs/specs/{service}.json").json()
        assert spec["openapi"].startswith("3.")
    assert visitor.get("/docs/specs/other.json").status_code == 404


def test_the_docs_describe_the_socket_io_events(visitor: Visitor) -> None:
    page = visitor.get("/docs/events").text
    for name in ("event", "resync", "connect-ack", "client_id"):
        assert f"<code>{name}</code>" in page
    assert visitor.get("/docs/events.json").json()["asyncapi"].startswith("3.")


@pytest.mark.parametrize(
    ("role", "kind", "here", "may"),
    [
        ("member", "room", "owner", True),
        ("member", "room", "moderator", True),
        ("member", "room", "member", False),
        ("admin", "room", "member", True),
        ("admin", "room", None, False),
        ("admin", "direct", "member", False),
        ("member", "direct", "owner", False),
    ],
)
def test_moderators_see_the_button_that_closes_polls_of_others(
    role: str, kind: str, here: str | None, may: bool
) -> None:
    account: Any = {"role": role}
    conversation: Any = {"kind": kind, "role": here}
    assert moderates(account, conversation) is may


def test_only_members_see_the_history(
    visitor: Visitor, alice: Person, bob: Person, charlie: Person
) -> None:
    theirs = alice.send("Between us", to=bob)["conversation_id"]
    path = f"/front/conversations/{theirs}/messages"
    assert visitor.get(path).status_code == 401
    visitor.log_in(charlie)
    answer = visitor.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    room = {"kind": "room", "name": f"Open {alice.nickname}", "visibility": "public"}
    room_id = alice.api.post("/api/conversations", json=room).json()["id"]
    assert visitor.get(f"/front/conversations/{room_id}/messages").status_code == 403
    charlie.api.put(f"/api/conversations/{room_id}/members/{charlie.id}")
    page = visitor.get(
        f"/front/conversations/{room_id}/messages?before=99999999999999999999"
    ).json()
    assert (page["messages"], page["is_whole"]) == ([], True)
    assert [event["type"] for event in page["events"]] == ["member.joined"]


def test_a_missing_page_keeps_the_login_state(visitor: Visitor, alice: Person) -> None:
    assert "Log in" in visitor.get("/nowhere").text
    visitor.log_in(alice)
    for path in ("/nowhere", "/app/c/abc"):
        page = visitor.get(path)
        assert page.status_code == 404
        assert "Log out" in page.text
        assert "Log in" not in page.text


def test_the_data_for_scripts_lists_no_room_members(visitor: Visitor, alice: Person) -> None:
    body = {"kind": "room", "name": f"Sparse {alice.nickname}"}
    alice.api.post("/api/conversations", json=body).raise_for_status()
    alice.send("A note", to=alice)
    visitor.log_in(alice)
    found = re.search(r'id="page-data">(.*?)</script>', visitor.get("/app").text, re.DOTALL)
    assert found
    conversations = json.loads(found[1])["conversations"]
    assert {c["kind"]: "members" in c for c in conversations} == {"room": False, "direct": True}
