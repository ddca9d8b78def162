"""Rights in users_service: every route, with other people's accounts, sessions and tokens."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from tests.contracts.matrix import ABSENT, ask, content_of, read_table, routes_in, routes_of
from tests.support.cast import PASSWORD, Person
from tests.support.stack import Stack
from users_service.app import create_app
from users_service.settings import UsersSettings

Ids = dict[str, Any]

# Everything is bob's; the columns: nobody, another person, an administrator, bob.
TABLE = """
                                      none other adm own
GET    /api/users/{bob}                401  200  200 200
GET    /api/people/{nickname}          401  307  307 307
GET    /api/users/{bob}/avatar         401  200  200 200
GET    /api/tokens/{token}             401  404  404 200
GET    /api/sessions/{session}         401  404  404 200
GET    /api/invites/{invite}           401  403  200 403
PUT    /api/users/{bob}/avatar +file   401  403  200 200
DELETE /api/users/{bob}/avatar         401  403  204 204
PATCH  /api/users/{bob} +name          401  403  200 200
PATCH  /api/users/{bob} +role          401  403  200 403
PATCH  /api/users/{bob} +active        401  403  200 403
PATCH  /api/users/{bob} +password      401  403  200 422
DELETE /api/tokens/{token}             401  404  404 204
DELETE /api/sessions/{session}         401  404  404 204
POST   /api/users +administrator       403  403  201 403
POST   /api/invites +guest             401  403  201 403
GET    /api/password-resets/{reset}    200  200  200 200
POST   /api/password-resets/{reset} +weak 422 422 422 422
GET    /api/invites                    401  403  200 403
DELETE /api/invites/{invite}           401  403  204 403
DELETE /api/users/{bob}/sessions       401  403  204 403
POST   /api/users/{bob}/password-reset 401  403  201 403
DELETE /api/users/{bob}/two-step       401  403  204 403
GET    /api/users/{bot}/tokens         401  403  200 403
POST   /api/users/{bot}/tokens +token  401  403  201 403
GET    /api/users/{bot}/tokens/{bots}  401  403  200 403
DELETE /api/users/{bot}/tokens/{bots}  401  403  204 403
POST   /api/users/{bob}/tokens +token  401  403  409 403
GET    /api/settings                   401  403  200 403
PATCH  /api/settings +place            401  403  200 403
PUT    /api/settings/icon +file        401  403  200 403
GET    /api/settings/icon              200  200  200 200
DELETE /api/settings/icon              401  403  204 403
GET    /api/audit                      401  403  200 403
DELETE /api/users/{bob}                401  403  204 204
"""

# These show and change only the caller's own data, by the token or the secret that is sent.
ABOUT_ONESELF = {
    "GET /api/users",
    "GET /api/users/me",
    "PATCH /api/users/me",
    "PUT /api/users/me/password",
    "POST /api/sessions",
    "POST /api/sessions/second-step",
    "PUT /api/sessions/current/confirmation",
    "GET /api/users/me/sign-in",
    "POST /api/users/me/two-step",
    "POST /api/users/me/two-step/confirm",
    "POST /api/users/me/two-step/recovery-codes",
    "DELETE /api/users/me/two-step",
    "DELETE /api/users/me/identities/{}",
    "POST /api/sessions/passkey-options",
    "POST /api/sessions/passkey",
    "POST /api/users/me/passkeys/options",
    "POST /api/users/me/passkeys",
    "GET /api/users/me/passkeys",
    "GET /api/users/me/passkeys/{}",
    "PATCH /api/users/me/passkeys/{}",
    "DELETE /api/users/me/passkeys/{}",
    "POST /api/password-resets",
    "POST /api/users/me/email-confirmation",
    "PUT /api/users/email-confirmations/{}",
    "GET /api/sessions",
    "POST /api/sessions/refresh",
    "POST /api/sessions/exchange",
    "POST /api/sessions/ticket",
    "DELETE /api/sessions/current",
    "DELETE /api/sessions/others",
    "POST /api/tokens",
    "GET /api/tokens",
    "GET /api/version",
}
FOR_EVERYBODY = (
    "/api/version",
    "/api/password-resets",
    "/api/sessions/passkey-options",
    "/api/users/email-confirmations/{}",
)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return out.getvalue()


BODIES: dict[str, Callable[[Ids], Any]] = {
    "+file": lambda ids: {"files": {"file": ("me.png", picture())}},
    "+name": lambda ids: {"name": "Robert"},
    "+role": lambda ids: {"role": "member"},
    "+active": lambda ids: {"active": True},
    "+password": lambda ids: {"password": "another horse battery"},
    "+administrator": lambda ids: {
        "name": "Mallory",
        "nickname": f"mallory{ids['bob']}",
        "email": f"mallory{ids['bob']}@example.com",
        "role": "admin",
    },
    "+weak": lambda ids: {"password": "password"},
    "+place": lambda ids: {"place_name": "Parley"},
    "+guest": lambda ids: {"role": "guest"},
    "+token": lambda ids: {"name": "laptop"},
}
LINES = read_table(TABLE)


@pytest.fixture
def bobs(stack: Stack, dana: Person) -> tuple[Person, Ids]:
    """A bob of the test's own, and the ids of all that is his; the invite is dana's."""
    bob = stack.sign_up("bob")
    url = stack.users_url
    login = {"login": bob.nickname, "password": bob.password}
    session = requests.post(f"{url}/api/sessions", json=login, timeout=20).json()
    token = post(url, bob, "/api/tokens", {"name": "bob's", "scopes": ["read"]})
    invite = post(url, dana, "/api/invites", {})
    reset = post(url, dana, f"/api/users/{bob.id}/password-reset", {})
    avatar = f"{url}/api/users/{bob.id}/avatar"
    files = {"file": ("me.png", picture())}
    assert requests.put(avatar, headers=bob.headers, files=files, timeout=20).ok
    icon = f"{url}/api/settings/icon"
    assert requests.put(icon, headers=dana.headers, files=files, timeout=20).ok
    robot = f"robot{bob.id}"
    account = {"name": "Robot", "nickname": robot, "role": "bot"}
    bot = post(url, dana, "/api/users", account)["id"]
    bots = post(url, dana, f"/api/users/{bot}/tokens", {"name": "server"})["id"]
    ids = {
        "bot": bot,
        "bots": bots,
        "bob": bob.id,
        "nickname": bob.nickname,
        "session": session["session_id"],
    }
    return bob, ids | {"token": token["id"], "invite": invite["id"], "reset": reset["id"]}


def post(url: str, who: Person, path: str, body: Any) -> Any:
    answer = requests.post(url + path, headers=who.headers, json=body, timeout=20)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_every_route_is_in_the_table(stack: Stack, tmp_path: Path) -> None:
    settings = UsersSettings(
        database_url=f"sqlite:///{tmp_path / 'unused.sqlite3'}",
        redis_url=stack.redis.url,
        service_secret=stack.service_secret,
    )

    assert routes_of(create_app(settings)) == routes_in(LINES, ABOUT_ONESELF)


@pytest.mark.parametrize("who", ["none", "other", "adm", "own"])
def test_account_routes_follow_the_table_of_rights(
    stack: Stack, alice: Person, dana: Person, bobs: tuple[Person, Ids], who: str
) -> None:
    bob, ids = bobs
    caller = {"none": None, "other": alice, "adm": dana, "own": bob}[who]

    wrong = []
    for line in LINES:
        answer = ask(stack.users_url, line, caller, ids, BODIES)
        if answer.status_code != line.statuses[who]:
            wrong.append(f"{line}: {answer.status_code}, not {line.statuses[who]}: {answer.text}")

    assert not wrong, "\n".join(wrong)


def test_other_peoples_sessions_and_tokens_look_missing(
    stack: Stack, alice: Person, dana: Person, bobs: tuple[Person, Ids]
) -> None:
    _, ids = bobs
    nowhere = ids | {"session": ABSENT, "token": ABSENT}
    for line in LINES:
        if line.path in ("/api/tokens/{token}", "/api/sessions/{session}"):
            for caller in (alice, dana):
                answers = [ask(stack.users_url, line, caller, of, BODIES) for of in (ids, nowhere)]
                assert content_of(answers[0]) == content_of(answers[1]), line


def test_lists_hold_only_the_callers_own_entries(
    stack: Stack, alice: Person, dana: Person, bobs: tuple[Person, Ids]
) -> None:
    bob, ids = bobs

    def of(who: Person, path: str) -> Any:
        answer = requests.get(stack.users_url + path, headers=who.headers, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    for path, mine in (("/api/sessions", ids["session"]), ("/api/tokens", ids["token"])):
        assert mine in {entry["id"] for entry in of(bob, path)}
        for caller in (alice, dana):
            assert mine not in {entry["id"] for entry in of(caller, path)}
    for path in (f"/api/users/{bob.id}", f"/api/users?ids={bob.id}"):
        assert bob.email in str(of(bob, path))
        assert bob.email in str(of(dana, path))
        assert bob.email not in str(of(alice, path))
    assert of(alice, f"/api/users?q={bob.email}") == []


@pytest.mark.parametrize("route", sorted(ABOUT_ONESELF))
def test_anonymous_callers_get_401_on_personal_routes(stack: Stack, route: str) -> None:
    method, path = route.split()
    if path in FOR_EVERYBODY:
        return
    bodies = {
        "PATCH /api/users/me": {"title": "Nobody"},
        "PUT /api/users/me/password": {"password": "another horse battery"},
        "POST /api/sessions": {"login": "nobody", "password": PASSWORD},
        "POST /api/sessions/second-step": {"challenge": "challenge_x", "code": "123456"},
        "PUT /api/sessions/current/confirmation": {"password": PASSWORD},
        "POST /api/users/me/two-step/confirm": {"code": "123456"},
        "POST /api/sessions/passkey": {"challenge": "challenge_x", "credential": {}},
        "POST /api/users/me/passkeys": {"name": "x", "challenge": "x", "credential": {}},
        "PATCH /api/users/me/passkeys/{}": {"name": "x"},
        "POST /api/sessions/refresh": {"session_token": "session_" + "x" * 43},
        "POST /api/tokens": {"name": "nobody's"},
    }

    path = path.replace("{}", "1")
    answer = requests.request(method, stack.users_url + path, json=bodies.get(route), timeout=20)

    assert answer.status_code == 401, answer.text
