"""The audit log: what it records, who reads it, and that it names no secret."""

from typing import Any

from servicekit.web.service_calls import SERVICE_SECRET_HEADER
from tests.users_service.conftest import PASSWORD, SECRET, Person


def acts(admin: Person, query: str = "") -> list[dict[str, Any]]:
    answer = admin.get(f"/api/audit?{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json
    return found


def test_acts_of_admins_are_recorded_with_actor_person_and_address(
    alice: Person, bob: Person
) -> None:
    alice.service.address = "192.0.2.7"
    alice.patch(f"/api/users/{bob.id}", {"role": "guest"})
    alice.patch("/api/settings", {"registration": "invite"})
    alice.patch(f"/api/users/{bob.id}", {"active": False})

    deactivated, changed, role = acts(alice, "limit=3")
    assert role["action"] == "role.changed"
    assert role["detail"] == {"from": "member", "to": "guest"}
    assert (role["actor_id"], role["user_id"]) == (alice.id, bob.id)
    assert role["address"] == "192.0.2.7"
    assert changed["detail"] == {"setting": "registration", "to": "invite"}
    assert deactivated["action"] == "account.deactivated"


def test_an_act_that_was_refused_is_not_recorded(alice: Person) -> None:
    before = acts(alice)
    assert alice.patch(f"/api/users/{alice.id}", {"role": "member"}).status_code == 409
    assert acts(alice) == before


def test_bots_and_the_tokens_that_an_admin_makes_for_them_are_recorded(alice: Person) -> None:
    bot = alice.post("/api/users", {"name": "Echo", "nickname": "echo", "role": "bot"}).json
    token = alice.post(f"/api/users/{bot['id']}/tokens", {"name": "server"}).json
    alice.delete(f"/api/users/{bot['id']}/tokens/{token['id']}")

    found = acts(alice, f"person_id={bot['id']}")
    assert [entry["action"] for entry in found] == [
        "token.revoked",
        "token.created",
        "account.created",
    ]
    assert {(entry["actor_id"], entry["user_id"]) for entry in found} == {(alice.id, bot["id"])}
    assert found[-1]["detail"]["role"] == "bot"


def test_invites_tokens_and_resets_are_recorded_without_their_secrets(
    alice: Person, bob: Person
) -> None:
    invite = alice.post("/api/invites", {}).json
    token = bob.post("/api/tokens", {"name": "laptop"}).json
    reset = alice.post(f"/api/users/{bob.id}/password-reset").json
    answer = alice.get("/api/audit")
    found = {entry["action"] for entry in answer.json}
    assert {"invite.created", "token.created", "password-reset.created"} <= found
    for secret in (invite["token"], token["token"], reset["id"], PASSWORD):
        assert secret not in answer.text


def test_failed_logins_are_recorded_and_the_end_of_the_attempts(alice: Person, bob: Person) -> None:
    for _ in range(5):
        assert bob.service.log_in("bob", "wrong horse battery").status_code == 401
    assert bob.service.log_in("bob", "wrong horse battery").status_code == 429
    bob.service.log_in("nobody", "wrong horse battery")
    failed = acts(alice, "action=session.failed")
    assert [entry["user_id"] for entry in failed] == [None] + [bob.id] * 5
    assert len(acts(alice, f"action=session.locked&person_id={bob.id}")) == 1


def test_the_log_is_filtered_and_paged(alice: Person, bob: Person) -> None:
    for name in ("one", "two", "three"):
        bob.post("/api/tokens", {"name": name})
    alice.post("/api/tokens", {"name": "four"})
    assert {entry["actor_id"] for entry in acts(alice, f"actor_id={bob.id}")} == {bob.id}
    first = alice.get("/api/audit?action=token.created&limit=3")
    assert 'rel="next"' in first.headers["Link"]
    following = alice.get(f"/api/audit?action=token.created&before={first.json[-1]['id']}")
    assert [len(first.json), len(following.json)] == [3, 1]
    date = first.json[1]["date"].replace("+", "%2B")
    until = acts(alice, f"action=token.created&until={date}")
    since = acts(alice, f"action=token.created&since={date}")
    assert (len(until), len(since)) == (2, 2)
    for wrong in ("since=yesterday", "actor_id=0", f"person_id={2**40}"):
        assert alice.get(f"/api/audit?{wrong}").status_code == 422


def test_acts_of_another_service_are_stored_once(alice: Person) -> None:
    act = {
        "key": "9b2d9b5e-0e0a-4f0e-8a86-0d6f6a1f7c11",
        "date": "2026-11-22T03:00:00Z",
        "action": "room.archived",
        "actor_id": alice.id,
        "user_id": None,
        "address": "192.0.2.7",
        "detail": {"room": "general"},
    }
    body, service = {"acts": [act]}, alice.service
    for _ in range(2):
        sent = service.post("/internal/audit", body, headers={SERVICE_SECRET_HEADER: SECRET})
        assert sent.status_code == 204, sent.text
    assert [entry["detail"] for entry in acts(alice, "action=room.archived")] == [act["detail"]]
    assert alice.post("/internal/audit", body).status_code == 403
