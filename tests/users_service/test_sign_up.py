"""Making an account."""

import threading
from typing import Any

import pytest

from tests.users_service.conftest import MakeService, Person, Service, account


def test_a_sign_up_returns_a_working_api_token(service: Service) -> None:
    answer = service.post("/api/users", account("alice"))
    assert answer.status_code == 201
    made = answer.json
    assert made["nickname"] == "alice"
    assert made["email"] == "alice@example.com"
    assert made["token"].startswith("parley_")
    assert "password" not in answer.text.replace("password_hash", "!")
    me = service.get("/api/users/me", token=made["token"])
    assert me.json["id"] == made["id"]
    assert answer.headers["Location"] == f"/api/users/{made['id']}"


def test_an_account_can_be_created_without_an_api_token(service: Service) -> None:
    made = service.post("/api/users", account("alice") | {"with_token": False})
    assert made.status_code == 201
    assert "token" not in made.json
    assert service.scalar("SELECT count(*) FROM api_tokens") == 0


def test_the_first_account_is_the_admin_and_the_next_is_not(service: Service) -> None:
    assert service.sign_up("alice").role == "admin"
    assert service.sign_up("bob").role == "member"


def test_only_one_of_many_concurrent_first_accounts_is_admin(service: Service) -> None:
    start = threading.Barrier(6)
    roles: list[str] = []

    def sign_up(number: int) -> None:
        start.wait()
        roles.append(service.sign_up(f"alice{number}").role)

    threads = [threading.Thread(target=sign_up, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(roles) == ["admin"] + ["member"] * 5


@pytest.mark.parametrize(
    ("taken", "wanted", "code"),
    [
        ({"nickname": "alice"}, {"nickname": "ALICE"}, "nickname-taken"),
        ({"nickname": "straße"}, {"nickname": "STRASSE"}, "nickname-taken"),
        ({"nickname": "Zo\u00eb"}, {"nickname": "zoe\u0308"}, "nickname-taken"),
        ({"email": "a@example.com"}, {"email": "A@Example.com"}, "email-taken"),
    ],
)
def test_names_that_differ_only_in_case_or_unicode_form_conflict(
    service: Service, taken: dict[str, Any], wanted: dict[str, Any], code: str
) -> None:
    service.sign_up("alice", **taken)
    answer = service.post("/api/users", account("bob") | wanted)
    assert answer.status_code == 409
    assert answer.json["type"] == f"urn:parley:problem:{code}"
    assert answer.json["errors"] == [{"field": next(iter(wanted)), "message": "is taken"}]


def test_concurrent_sign_ups_of_one_nickname_create_one_account(service: Service) -> None:
    start = threading.Barrier(4)
    statuses: list[int] = []

    def sign_up(number: int) -> None:
        start.wait()
        wanted = account("alice") | {"email": f"alice{number}@example.com"}
        statuses.append(service.post("/api/users", wanted).status_code)

    threads = [threading.Thread(target=sign_up, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201, 409, 409, 409]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " \t"),
        ("name", "x" * 101),
        ("name", "a\x00b"),
        ("name", "two\nlines"),
        ("name", "\u200b\u2060"),
        ("name", None),
        ("name", 7),
        ("name", ["Alice"]),
        ("nickname", ""),
        ("nickname", "x" * 33),
        ("nickname", "al ice"),
        ("nickname", "alice!"),
        ("nickname", "..."),
        ("nickname", "\u0430lice"),  # a Cyrillic a
        ("nickname", "\uff41lice"),  # a full-width a
        ("nickname", "ali\u200dce"),
        ("nickname", "\u3164"),
        ("nickname", "alice\u0000"),
        ("nickname", "everyone"),
        ("nickname", {}),
        ("email", "nobody"),
        ("email", "a@"),
        ("email", "@example.com"),
        ("email", "a b@example.com"),
        ("email", "Alice <alice@example.com>"),
        ("email", "a" * 250 + "@example.com"),
        ("email", 12),
        ("password", "short"),
        ("password", "x" * 1025),
        ("password", "password123"),
        ("password", "PASSWORD123"),
        ("password", "alice@example.com"),
        ("password", 12345678),
        ("invite", ""),
        ("role", "emperor"),
        ("is_admin", True),
        ("id", 1),
    ],
)
def test_an_error_names_the_invalid_value(shared_service: Service, field: str, value: Any) -> None:
    answer = shared_service.post("/api/users", account("alice") | {field: value})
    assert answer.status_code == 422, answer.text
    assert answer.content_type == "application/problem+json"
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert shared_service.scalar("SELECT count(*) FROM users") == 0


def test_one_error_names_every_invalid_field(service: Service) -> None:
    answer = service.post("/api/users", {"nickname": "a b", "email": "x"})
    assert {error["field"] for error in answer.json["errors"]} == {"name", "nickname", "email"}


def test_nicknames_may_be_in_any_script(service: Service) -> None:
    wanted = ["x", "Bob_2", "a.b-c", "Zoë", "अनीता", "น้ำ", "まりあ", "李雷", "Иван", "مريم"]
    for number, nickname in enumerate(wanted):
        made = service.sign_up(nickname, email=f"{number}@example.com")
        assert made.get("/api/users/me").json["nickname"] == nickname
        assert service.log_in(nickname).status_code == 201


def test_addresses_of_a_local_network_are_accepted(service: Service) -> None:
    for nickname, email in (("alice", "alice@server.local"), ("bob", "bob@localhost")):
        person = service.sign_up(nickname, email=email)
        assert person.get("/api/users/me").json["email"] == email


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"name": ', "application/json", 400),
        (b"", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (rb'{"name": "\ud800"}', "application/json", 400),
        (b"[]", "application/json", 422),
        (b'"alice"', "application/json", 422),
        (b"null", "application/json", 422),
        (b"9" * 5000, "application/json", 400),
        (b"name=alice", "application/x-www-form-urlencoded", 415),
        (b"x" * 1_100_000, "application/json", 413),
    ],
)
def test_an_invalid_body_is_rejected(
    shared_service: Service, body: bytes, content_type: str, status: int
) -> None:
    answer = shared_service.client.post("/api/users", data=body, content_type=content_type)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_an_account_without_a_password_works_through_its_token_only(service: Service) -> None:
    bot = service.sign_up("robot", password=None)
    assert bot.get("/api/users/me").status_code == 200
    assert service.log_in("robot", "anything at all").status_code == 401


def test_an_invalid_token_is_not_treated_as_a_missing_one(service: Service) -> None:
    assert service.post("/api/users", account("alice"), token="parley_nonsense").status_code == 401


class TestRegistration:
    def test_with_closed_sign_up_only_admins_create_accounts(
        self, make_service: MakeService
    ) -> None:
        service = make_service(registration="closed")
        admin = service.sign_up("alice")
        answer = service.post("/api/users", account("bob"))
        assert answer.status_code == 403
        assert answer.json["type"] == "urn:parley:problem:signup-closed"
        bob = service.sign_up("bob", as_token=admin.token)
        assert bob.role == "member"
        assert service.post("/api/users", account("dana"), token=bob.token).status_code == 403

    def test_an_admin_chooses_the_role_of_a_new_account(self, alice: Person) -> None:
        robot = alice.service.sign_up("robot", as_token=alice.token, role="bot", password=None)
        assert robot.role == "bot"

    def test_only_admins_choose_a_role(self, bob: Person) -> None:
        wanted = account("charlie") | {"role": "admin"}
        assert bob.service.post("/api/users", wanted).status_code == 403
        assert bob.service.post("/api/users", wanted, token=bob.token).status_code == 403

    def test_an_invite_admits_one_person(self, make_service: MakeService) -> None:
        service = make_service(registration="invite")
        admin = service.sign_up("alice")
        assert service.post("/api/users", account("bob")).status_code == 403
        invite = admin.post("/api/invites", {"role": "guest"}).json
        assert invite["url"].endswith(f"/signup?invite={invite['token']}")
        bob = service.sign_up("bob", invite=invite["token"])
        assert bob.role == "guest"
        again = service.post("/api/users", account("charlie") | {"invite": invite["token"]})
        assert again.status_code == 422
        assert again.json["type"] == "urn:parley:problem:invite-invalid"
        assert admin.get("/api/invites").json == []

    def test_an_invite_for_two_admits_two_and_names_them(self, make_service: MakeService) -> None:
        service = make_service(registration="invite")
        admin = service.sign_up("alice")
        invite = admin.post("/api/invites", {"uses": 2, "expires_in": 3600}).json
        bob = service.sign_up("bob", invite=invite["token"])
        assert admin.get("/api/invites").json[0]["used"] == 1
        charlie = service.sign_up("charlie", invite=invite["token"])
        assert admin.get("/api/invites").json == []
        (ended,) = admin.get("/api/invites?ended=true").json
        assert (ended["uses"], ended["used"], ended["open"]) == (2, 2, False)
        assert sorted(ended["user_ids"]) == [bob.id, charlie.id]
        late = service.post("/api/users", account("dana") | {"invite": invite["token"]})
        assert late.status_code == 422

    def test_the_last_use_of_an_invite_admits_one_of_many(self, make_service: MakeService) -> None:
        service = make_service(registration="invite")
        secret = service.sign_up("alice").post("/api/invites", {"uses": 2}).json["token"]
        service.sign_up("bob", invite=secret)
        statuses: list[int] = []

        def sign_up(number: int) -> None:
            wanted = account(f"erin{number}") | {"invite": secret}
            statuses.append(service.post("/api/users", wanted).status_code)

        threads = [threading.Thread(target=sign_up, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(statuses) == [201, 422, 422, 422]

    def test_a_withdrawn_invite_admits_nobody(self, make_service: MakeService) -> None:
        service = make_service(registration="invite")
        admin = service.sign_up("alice")
        invite = admin.post("/api/invites", {"uses": 5}).json
        for _ in range(2):
            assert admin.delete(f"/api/invites/{invite['id']}").status_code == 204
        refused = service.post("/api/users", account("bob") | {"invite": invite["token"]})
        assert refused.status_code == 422
        assert admin.delete(f"/api/invites/{invite['id'] + 1}").status_code == 404
        for uses in (0, 1001, "many"):
            assert admin.post("/api/invites", {"uses": uses}).status_code == 422

    def test_a_failed_sign_up_does_not_use_up_the_invite(self, make_service: MakeService) -> None:
        service = make_service(registration="invite")
        admin = service.sign_up("alice")
        secret = admin.post("/api/invites", {}).json["token"]
        taken = account("alice") | {"invite": secret}
        assert service.post("/api/users", taken).status_code == 409
        service.sign_up("bob", invite=secret)
