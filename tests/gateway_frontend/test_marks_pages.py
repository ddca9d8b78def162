"""Marks on conversations, and the way to a date, without scripts."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.gateway_frontend.visitors import Visitor
from tests.support.cast import Person


def test_marks_are_set_and_shown_without_scripts(
    visitor: Visitor, alice: Person, bob: Person
) -> None:
    chat = alice.send("Hello", to=bob)["conversation_id"]
    visitor.log_in(bob)

    answer = visitor.submit(f"/app/c/{chat}/me", "/app", starred="yes", notify="mentions", mute="8")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/app/c/{chat}")
    marks = _marks(bob, chat)
    assert (marks["starred"], marks["notify"]) == (True, "mentions")
    assert marks["muted_until"] > datetime.now(UTC).isoformat()
    page = visitor.get("/app").text
    starred, rest = page.split('data-list="starred"')[1].split('data-list="rooms"')
    assert f'href="/app/c/{chat}"' in starred
    assert f'data-conversation="{chat}"' not in rest
    assert "muted" in starred

    visitor.submit(f"/app/c/{chat}/me", "/app", starred="no", mute="no")
    assert (_marks(bob, chat)["starred"], _marks(bob, chat)["muted_until"]) == (False, None)
    assert visitor.submit(f"/app/c/{chat}/me", "/app", mute="99999999").status_code == 422
    assert visitor.submit("/app/read-all", "/app").headers["Location"] == "/app"
    assert _marks(bob, chat)["unread"] == 0


def test_a_page_opens_at_the_first_message_marked_as_unread(
    visitor: Visitor, alice: Person, bob: Person
) -> None:
    for number in range(3):
        chat = alice.send(f"Line {number}", to=bob)["conversation_id"]
    bob.read_all(chat)
    bob.api.patch(f"/api/conversations/{chat}/me", json={"unread_from": 2})
    visitor.log_in(bob)

    page = visitor.get(f"/app/c/{chat}").text
    assert page.index("<p>Line 0</p>") < page.index('class="new"') < page.index("<p>Line 1</p>")


def test_a_date_leads_to_its_first_message(visitor: Visitor, alice: Person, bob: Person) -> None:
    first = alice.send("Hello", to=bob)
    chat = first["conversation_id"]
    visitor.log_in(bob)
    yesterday, future = (datetime.now(UTC) + timedelta(days=days) for days in (-1, 3))

    for day, place in ((yesterday, f"?at={first['seq']}"), (future, "")):
        answer = visitor.get(f"/app/c/{chat}/date?date={day.date()}")
        assert answer.headers["Location"] == f"/app/c/{chat}{place}"
    assert visitor.get(f"/app/c/{chat}/date?date=soon").headers["Location"] == f"/app/c/{chat}"


def _marks(person: Person, conversation_id: int) -> Any:
    return person.api.get(f"/api/conversations/{conversation_id}/me").json()
