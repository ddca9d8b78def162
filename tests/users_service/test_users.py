"""Reading, changing and deactivating accounts."""

from urllib.parse import urlencode

import pytest

from tests.users_service.conftest import PASSWORD, MakeService, Person, account


class TestSeeing:
    def test_people_are_not_listed_without_a_token(self, alice: Person) -> None:
        for path in ("/api/users", f"/api/users/{alice.id}", "/api/users/me"):
            answer = alice.service.get(path)
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")

    def test_only_the_owner_and_admins_see_an_email(self, alice: Person, bob: Person) -> None:
        seen_by_bob = {user["id"]: user.get("email") for user in bob.get("/api/users").json}
        assert seen_by_bob == {alice.id: None, bob.id: bob.email}
        assert "email" not in bob.get(f"/api/users/{alice.id}").json
        assert alice.get(f"/api/users/{bob.id}").json["email"] == bob.email

    def test_answers_hold_only_the_documented_fields(self, bob: Person) -> None:
        assert set(bob.get("/api/users/1").json) == {
            "id", "name", "nickname", "role", "active", "avatar_url", "created_at", "updated_at",
            "title", "time_zone", "status", "dnd_until",
        }  # fmt: skip

    def test_the_list_is_paged_with_a_link_to_the_next_page(self, charlie: Person) -> None:
        first = charlie.get("/api/users?limit=2")
        assert [user["nickname"] for user in first.json] == ["alice", "bob"]
        link, rel = first.headers["Link"].split("; ")
        assert rel == 'rel="next"'
        second = charlie.get(link.strip("<>"))
        assert [user["nickname"] for user in second.json] == ["charlie"]
        assert "Link" not in second.headers

    def test_people_are_found_by_a_part_of_name_or_nickname_in_any_case(
        self, charlie: Person
    ) -> None:
        charlie.service.sign_up("Zo\u00eb", name="Z. Ångström", email="z@example.com")

        def found(q: str) -> list[str]:
            answer = charlie.get(f"/api/users?{urlencode({'q': q})}")
            return [user["nickname"] for user in answer.json]

        assert found("LI") == ["alice", "charlie"]
        assert found("ZOE\u0308") == ["Zo\u00eb"]
        assert found("ångs") == ["Zo\u00eb"]
        assert found("%") == []
        assert found("_") == []

    def test_people_can_be_requested_by_id(self, charlie: Person) -> None:
        for query in ("ids=3,1,99,99999999999999999999", "ids=3&ids=1"):
            found = charlie.get(f"/api/users?{query}").json
            assert [user["id"] for user in found] == [1, 3]

    @pytest.mark.parametrize(
        "query",
        ["limit=0", "limit=201", "limit=x", "after=-1", "after=x", "after=99999999999",
         "ids=x", "ids=", "ids=1,,2", "ids=-1", "q=%00", "q=" + "x" * 101],
    )  # fmt: skip
    def test_an_invalid_query_is_rejected(self, shared_bob: Person, query: str) -> None:
        assert shared_bob.get(f"/api/users?{query}").status_code == 422

    @pytest.mark.parametrize("id_", ["0", "99", "99999999999999999999", "x", "-1", "1.5", "%00"])
    def test_an_unknown_id_is_not_found(self, shared_bob: Person, id_: str) -> None:
        assert shared_bob.get(f"/api/users/{id_}").status_code == 404


class TestChanging:
    def test_people_change_their_own_names(self, bob: Person) -> None:
        changes = {"name": "Robert", "nickname": "rob", "email": "rob@example.com"}
        answer = bob.patch(f"/api/users/{bob.id}", changes)
        assert answer.status_code == 200
        assert {key: answer.json[key] for key in changes} == changes
        kind, data = bob.service.feed()[-1]
        assert kind == "user.updated"
        assert {key: data[key] for key in changes} == changes
        assert bob.service.log_in("rob").status_code == 201

    def test_a_name_can_change_its_case(self, bob: Person) -> None:
        assert bob.patch(f"/api/users/{bob.id}", {"nickname": "BOB"}).status_code == 200

    def test_nicknames_and_emails_in_use_are_rejected(self, bob: Person) -> None:
        both = {"nickname": "ALICE", "email": "Alice@example.com"}
        answer = bob.patch(f"/api/users/{bob.id}", both)
        assert answer.status_code == 409
        assert [error["field"] for error in answer.json["errors"]] == ["nickname", "email"]

    def test_an_unchanged_account_records_no_event(self, bob: Person) -> None:
        before = bob.service.last_seq()
        assert bob.patch(f"/api/users/{bob.id}", {"name": "Bob"}).status_code == 200
        assert bob.patch(f"/api/users/{bob.id}", {}).status_code == 200
        assert bob.service.last_seq() == before

    def test_members_cannot_change_other_accounts(self, alice: Person, bob: Person) -> None:
        assert bob.patch(f"/api/users/{alice.id}", {"name": "x"}).status_code == 403
        assert bob.delete(f"/api/users/{alice.id}").status_code == 403
        assert bob.service.call("PATCH", f"/api/users/{bob.id}", {"name": "x"}).status_code == 401

    def test_members_cannot_make_themselves_admin(self, bob: Person) -> None:
        assert bob.patch(f"/api/users/{bob.id}", {"role": "admin"}).status_code == 403
        assert bob.patch(f"/api/users/{bob.id}", {"active": False}).status_code == 403

    def test_an_admin_changes_other_accounts(self, alice: Person, bob: Person) -> None:
        changed = alice.patch(f"/api/users/{bob.id}", {"name": "Robert", "role": "admin"})
        assert changed.json["role"] == "admin"
        assert bob.get("/api/invites").status_code == 200
        kinds = [kind for kind, _ in bob.service.feed(2)]
        assert kinds == ["user.revoked", "user.updated"]

    def test_the_last_admin_keeps_the_role(self, alice: Person, bob: Person) -> None:
        for answer in (
            alice.patch(f"/api/users/{alice.id}", {"role": "member"}),
            alice.patch(f"/api/users/{alice.id}", {"active": False}),
            alice.delete(f"/api/users/{alice.id}"),
        ):
            assert answer.status_code == 409
            assert answer.json["type"] == "urn:parley:problem:last-admin"
        alice.patch(f"/api/users/{bob.id}", {"role": "admin"})
        assert alice.patch(f"/api/users/{alice.id}", {"role": "member"}).status_code == 200

    @pytest.mark.parametrize(
        "changes",
        [{"name": ""}, {"nickname": "a b"}, {"email": 1}, {"role": "x"}, {"active": "maybe"},
         {"password": "short", "current_password": PASSWORD}, {"id": 7}, []],
    )  # fmt: skip
    def test_an_invalid_change_is_rejected(self, shared_bob: Person, changes: object) -> None:
        assert shared_bob.patch(f"/api/users/{shared_bob.id}", changes).status_code == 422


class TestPassword:
    def test_a_new_password_needs_the_current_one(self, bob: Person) -> None:
        new = {"password": "another good password"}
        path = f"/api/users/{bob.id}"
        assert bob.patch(path, new).status_code == 422
        wrong = bob.patch(path, new | {"current_password": "not this one"})
        assert wrong.status_code == 403
        assert wrong.json["type"] == "urn:parley:problem:wrong-password"
        assert bob.patch(path, new | {"current_password": PASSWORD}).status_code == 200
        assert bob.service.log_in("bob", "another good password").status_code == 201

    def test_a_first_password_needs_no_current_one(self, alice: Person) -> None:
        robot = alice.service.sign_up("robot", password=None)
        change = {"password": "another good password"}
        assert robot.put("/api/users/me/password", change).status_code == 204
        assert robot.service.log_in("robot", "another good password").status_code == 201

    def test_an_admin_resets_a_password(self, alice: Person, bob: Person) -> None:
        session = bob.log_in()
        change = {"password": "another good password"}
        assert alice.patch(f"/api/users/{bob.id}", change).status_code == 200
        assert bob.get("/api/users/me", token=session["access_token"]).status_code == 401
        assert alice.patch(f"/api/users/{alice.id}", change).status_code == 422

    def test_a_common_password_or_a_persons_own_name_is_rejected(self, bob: Person) -> None:
        for password in ("iloveyou", "BOB@example.com", "11111111"):
            change = {"password": password, "current_password": PASSWORD}
            answer = bob.put("/api/users/me/password", change)
            assert answer.status_code == 422
            assert answer.json["errors"][0]["field"] == "password"

    def test_a_password_may_be_long_and_in_any_script(self, alice: Person) -> None:
        for number, password in enumerate(
            ("пароль на русском", "z\u0364" * 500, " spaces at ends ")
        ):
            alice.service.sign_up(f"p{number}", password=password)
            assert alice.service.log_in(f"p{number}", password).status_code == 201
            assert alice.service.log_in(f"p{number}", password[:-1]).status_code == 401


class TestDeactivating:
    def test_deactivation_ends_all_access_and_keeps_the_name(
        self, alice: Person, bob: Person
    ) -> None:
        session = bob.log_in()
        assert bob.delete(f"/api/users/{bob.id}").status_code == 204
        for token in (bob.token, session["access_token"]):
            assert bob.get("/api/users/me", token=token).status_code == 401
        refreshed = {"session_token": session["session_token"]}
        assert bob.service.post("/api/sessions/refresh", refreshed).status_code == 401
        assert bob.service.log_in("bob").status_code == 401
        assert [user["id"] for user in alice.get("/api/users").json] == [alice.id]
        kept = alice.get("/api/users?ids=2").json[0]
        assert (kept["nickname"], kept["active"]) == ("bob", False)
        assert alice.service.post("/api/users", account("bob")).status_code == 409

    def test_deactivation_is_published(self, bob: Person) -> None:
        session = bob.log_in()
        before = bob.service.last_seq()
        bob.delete(f"/api/users/{bob.id}")
        told = bob.service.feed(before)
        assert [kind for kind, _ in told] == [
            "session.revoked", "session.revoked", "user.revoked", "user.deactivated",
        ]  # fmt: skip
        assert {data["sid"] for kind, data in told if kind == "session.revoked"} == {
            f"s{session['session_id']}", "t2",
        }  # fmt: skip
        assert told[-1][1]["active"] is False

    def test_an_admin_can_reactivate_a_person(self, alice: Person, bob: Person) -> None:
        alice.delete(f"/api/users/{bob.id}")
        assert alice.delete(f"/api/users/{bob.id}").status_code == 204
        assert alice.patch(f"/api/users/{bob.id}", {"active": True}).json["active"] is True
        assert bob.get("/api/users/me").status_code == 401
        assert bob.service.log_in("bob").status_code == 201


class TestTutorial:
    def test_the_tutorial_needs_no_token(self, make_service: MakeService) -> None:
        service = make_service(tutorial=True)
        for nickname in ("alice", "bob"):
            details = {key: value for key, value in account(nickname).items() if key != "password"}
            assert service.post("/api/users", details).status_code == 201
        people = service.get("/api/users/").json
        assert [user["email"] for user in people] == ["alice@example.com", "bob@example.com"]
        assert service.get("/api/users/2").json["nickname"] == "bob"
        changed = service.call("PATCH", "/api/users/2", {"name": "Robert"})
        assert changed.json["name"] == "Robert"

    def test_tokens_also_work_in_the_tutorial(self, make_service: MakeService) -> None:
        service = make_service(tutorial=True)
        alice = service.sign_up("alice")
        assert alice.get("/api/users/me").json["id"] == alice.id
        assert service.get("/api/users", token="parley_nonsense").status_code == 401
