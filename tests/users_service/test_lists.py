"""Sessions, API tokens and invites in pages."""

import pytest

from tests.users_service.conftest import Person


def test_sessions_are_paged_by_their_last_use(bob: Person) -> None:
    logins = [bob.log_in() for _ in range(4)]
    first = logins[0]["session_token"]
    bob.service.post("/api/sessions/refresh", {"session_token": first})
    ids = [login["session_id"] for login in logins]
    latest_first = [ids[0], ids[3], ids[2], ids[1]]

    assert listed(bob, "/api/sessions") == latest_first
    assert listed(bob, "/api/sessions?limit=2") == latest_first[:2]
    assert listed(bob, f"/api/sessions?before={ids[3]}") == latest_first[2:]
    assert listed(bob, f"/api/sessions?after={ids[3]}") == latest_first[:1]


@pytest.mark.parametrize("path", ["/api/tokens", "/api/invites"])
def test_tokens_and_invites_are_paged_by_id(alice: Person, path: str) -> None:
    for number in range(3):
        body = {"name": f"token {number}"} if path == "/api/tokens" else {}
        assert alice.post(path, body).status_code == 201
    ids = listed(alice, path)

    assert ids == sorted(ids)
    assert listed(alice, f"{path}?after={ids[0]}&limit=1") == ids[1:2]
    assert listed(alice, f"{path}?before={ids[-1]}") == ids[:-1]
    assert alice.get(f"{path}?after={2**31}").status_code == 422


def listed(person: Person, path: str) -> list[int]:
    return [entry["id"] for entry in person.get(path).json]
