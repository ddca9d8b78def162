"""The feed for the other services."""

import threading
from datetime import timedelta

import pytest

from servicekit.web.app import start_background, stop_background
from servicekit.web.service_calls import SERVICE_SECRET_HEADER
from tests.support.subscriber import Subscriber
from tests.support.waiting import wait_until
from tests.users_service.conftest import SECRET, Person, Service


def test_every_change_of_a_person_is_in_the_feed_in_order(alice: Person, bob: Person) -> None:
    bob.patch(f"/api/users/{bob.id}", {"name": "Robert"})
    bob.delete(f"/api/users/{bob.id}")
    feed = alice.service.internal("/internal/feed?after=0")
    assert [entry["seq"] for entry in feed["entries"]] == list(range(1, feed["last_seq"] + 1))
    people = [
        (entry["type"], entry["data"]["nickname"], entry["data"]["name"])
        for entry in feed["entries"]
        if "nickname" in entry["data"]
    ]
    assert people == [
        ("user.created", "alice", "Alice"),
        ("user.created", "bob", "Bob"),
        ("user.updated", "bob", "Robert"),
        ("user.deactivated", "bob", "Robert"),
    ]


def test_an_entry_holds_the_whole_profile(alice: Person) -> None:
    _, data = alice.service.feed()[0]
    assert set(data) == {
        "id", "name", "nickname", "email", "email_confirmed", "role", "active", "avatar_url",
        "updated_at", "title", "time_zone", "language", "status", "dnd_until",
    }  # fmt: skip


def test_the_feed_is_paged(charlie: Person) -> None:
    page = charlie.service.internal("/internal/feed?after=1&limit=1")
    assert [entry["seq"] for entry in page["entries"]] == [2]
    assert page["last_seq"] == 3


def test_a_new_reader_gets_recent_revocations(bob: Person) -> None:
    session = bob.log_in()
    bob.delete("/api/sessions/current", token=session["access_token"])
    page = bob.service.internal("/internal/feed")
    assert [entry["type"] for entry in page["entries"]] == ["session.revoked"]
    assert page["last_seq"] == 3
    bob.service.turn_back("feed.date", timedelta(minutes=21))
    assert bob.service.internal("/internal/feed")["entries"] == []


def test_concurrent_changes_leave_no_hole_in_the_feed(alice: Person) -> None:
    service = alice.service
    people = [service.sign_up(f"bob{number}", password=None) for number in range(4)]

    def live(person: Person) -> None:
        for number in range(4):
            person.patch(f"/api/users/{person.id}", {"name": f"Bob the {number}"})
            person.patch(f"/api/users/{person.id}", {"nickname": "alice"})  # refused
            made = person.post("/api/tokens", {"name": "x"}).json
            person.delete(f"/api/tokens/{made['id']}")

    threads = [threading.Thread(target=live, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    feed = service.internal("/internal/feed?after=0&limit=1000")
    assert [entry["seq"] for entry in feed["entries"]] == list(range(1, 5 + 4 * 8 + 1))


@pytest.mark.parametrize("path", ["/internal/feed", "/internal/users", "/internal/users/1"])
@pytest.mark.parametrize("secret", ["", "x", "tests-only-", "\u00e4" * 32])
def test_only_services_read_the_feed(shared_service: Service, path: str, secret: str) -> None:
    answer = shared_service.get(
        path, headers={SERVICE_SECRET_HEADER: secret.encode().decode("latin-1")}
    )
    assert answer.status_code == 403


def test_an_admins_token_cannot_read_the_feed(alice: Person) -> None:
    assert alice.get("/internal/feed").status_code == 403


@pytest.mark.parametrize("query", ["after=x", "after=-2", "after=99999999999999999999", "limit=0"])
def test_an_invalid_position_is_rejected(shared_service: Service, query: str) -> None:
    answer = shared_service.get(f"/internal/feed?{query}", headers={SERVICE_SECRET_HEADER: SECRET})
    assert answer.status_code == 422


def test_services_can_look_up_people(bob: Person) -> None:
    people = bob.service.internal("/internal/users?ids=1,2,99")
    assert [person["email"] for person in people] == ["alice@example.com", "bob@example.com"]
    assert bob.service.internal("/internal/users/2")["nickname"] == "bob"


def test_only_changes_of_people_are_published_to_redis(
    own_service: Service, redis_url: str
) -> None:
    subscriber = Subscriber(redis_url, "users")
    start_background(own_service.app)
    try:
        alice = own_service.sign_up("alice")
        alice.patch(f"/api/users/{alice.id}", {"name": "Alicia"})
        alice.delete("/api/tokens/1")
        heard = subscriber.wait_for("users", 2)
        assert [event["type"] for event in heard] == ["user.created", "user.updated"]
        assert heard[1]["data"]["name"] == "Alicia"
        assert heard[1]["date"].endswith("Z")
        wait_until(lambda: own_service.scalar("SELECT count(*) FROM outbox") == 0)
        assert len(subscriber.on("users")) == 2
    finally:
        stop_background(own_service.app)


def test_unpublished_events_stay_in_the_outbox(own_service: Service, redis_url: str) -> None:
    own_service.sign_up("alice")
    own_service.sign_up("bob")
    assert own_service.scalar("SELECT count(*) FROM outbox") == 2
    subscriber = Subscriber(redis_url, "users")
    start_background(own_service.app)
    try:
        heard = subscriber.wait_for("users", 2)
        assert [event["data"]["nickname"] for event in heard] == ["alice", "bob"]
    finally:
        stop_background(own_service.app)
