"""Commands of administration, as an operator types them."""

from urllib.parse import urlsplit

from tests.users_service.conftest import Person, Service

NEW = "another correct horse"


def run(service: Service, *words: str) -> str:
    result = service.app.test_cli_runner().invoke(args=("people", *words))
    return str(result.output).strip()


def test_an_operator_makes_a_person_administrator(alice: Person, bob: Person) -> None:
    assert run(bob.service, "make-admin", "bob") == "bob is an administrator"

    assert bob.get("/api/users/me").json["role"] == "admin"
    (changed,) = alice.get("/api/audit?action=role.changed").json
    assert changed["detail"] == {"from": "member", "to": "admin"}
    assert (changed["actor_id"], changed["user_id"]) == (None, bob.id)


def test_an_operator_gets_a_link_for_a_new_password(bob: Person) -> None:
    secret = urlsplit(run(bob.service, "reset-password", "bob@example.com")).path.split("/")[-1]
    chosen = bob.service.post(f"/api/password-resets/{secret}", {"password": NEW})
    assert chosen.status_code == 204, chosen.text
    assert bob.service.log_in("bob", NEW).status_code == 201


def test_an_operator_lists_people(alice: Person, bob: Person) -> None:
    alice.patch(f"/api/users/{bob.id}", {"active": False})
    first, second = run(bob.service, "list").splitlines()
    assert first.startswith("alice\tadmin\t")
    assert second.startswith("bob\tmember, inactive\t")


def test_commands_name_an_account_that_is_not_there(service: Service) -> None:
    for command in ("make-admin", "reset-password"):
        assert "there is no account zoe" in run(service, command, "zoe")
