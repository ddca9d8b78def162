"""Reports: what administrators see of a reported message, and what its author learns."""

from tests.messages_service.conftest import Person, UsersService, make_admin


def report(person: Person, message_id: int, reason: str = "unfriendly") -> int:
    answer = person.post(f"/api/messages/{message_id}/report", {"reason": reason})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/api/reports/{answer.json['id']}"
    report_id: int = answer.json["id"]
    return report_id


def test_an_administrator_sees_the_reported_message_and_those_beside_it(
    admin: Person, bob: Person, charlie: Person
) -> None:
    room = bob.make_room(charlie, visibility="private")
    for number in range(5):
        bob.send(f"before {number}", room)
    message = bob.send("you fool", room)
    charlie.send("what?", room)
    report_id = report(charlie, message["id"])
    bob.patch(f"/api/messages/{message['id']}", {"content": "you friend"})

    (shown,) = admin.get("/api/reports").json
    assert [entry["content"] for entry in shown["excerpt"]] == [
        *("before 2", "before 3", "before 4"),
        *("you fool", "what?"),
    ]
    assert (shown["author"]["id"], shown["reporter"]["id"]) == (bob.id, charlie.id)
    assert shown["deleted"] is False
    assert admin.get("/api/reports/count").json == {"open": 1}
    assert charlie.get(f"/api/reports/{report_id}").json["reason"] == "unfriendly"
    assert bob.get(f"/api/reports/{report_id}").status_code == 404
    assert bob.get("/api/reports").status_code == 403


def test_an_administrator_deletes_a_reported_message_in_conversations_of_others(
    admin: Person, bob: Person, charlie: Person
) -> None:
    message = bob.send("you fool", charlie)
    report_id = report(charlie, message["id"])
    for _ in range(2):
        assert admin.delete(f"/api/reports/{report_id}/message").status_code == 204
    assert charlie.get(f"/api/messages/{message['id']}").json["content"] == ""
    assert admin.get(f"/api/reports/{report_id}").json["deleted"] is True
    refused = charlie.post(f"/api/messages/{message['id']}/report", {"reason": "again"})
    assert refused.status_code == 409


def test_a_closed_report_keeps_no_text(admin: Person, bob: Person, charlie: Person) -> None:
    message = bob.send("you fool", charlie)
    report_id = report(charlie, message["id"])
    for _ in range(2):
        closed = admin.post(f"/api/reports/{report_id}/close")
        assert (closed.status_code, closed.json["excerpt"]) == (200, [])
    assert admin.get("/api/reports").json == []
    assert [each["id"] for each in admin.get("/api/reports?closed=true").json] == [report_id]
    assert admin.post("/api/reports/999/close").status_code == 404
    assert report(charlie, message["id"]) != report_id


def test_a_person_reports_a_message_once(bob: Person, charlie: Person) -> None:
    message = bob.send("you fool", charlie)
    report_id = report(charlie, message["id"])
    again = charlie.post(f"/api/messages/{message['id']}/report", {"reason": "still"})
    assert (again.status_code, again.json["id"]) == (200, report_id)
    for wrong in ({}, {"reason": ""}, {"reason": "x" * 1001}, {"reason": 3}):
        path = f"/api/messages/{message['id']}/report"
        assert charlie.post(path, wrong).status_code == 422


def test_a_reported_administrator_does_not_learn_by_whom(
    admin: Person, bob: Person, charlie: Person, users_service: UsersService
) -> None:
    message = admin.send("you fool", bob)
    report_id = report(bob, message["id"])
    assert admin.get(f"/api/reports/{report_id}").json["reporter"] is None
    make_admin(users_service, charlie)
    assert charlie.get(f"/api/reports/{report_id}").json["reporter"]["id"] == bob.id
