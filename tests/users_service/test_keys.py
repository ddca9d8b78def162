"""The keys that sign access tokens."""

from datetime import timedelta
from typing import Any

import jwt

from tests.users_service.conftest import SECRET, MakeService, Person, Service


def test_only_public_ed25519_keys_are_published(alice: Person) -> None:
    alice.log_in()
    keys = alice.service.get("/.well-known/jwks.json").json["keys"]
    assert len(keys) == 1
    assert set(keys[0]) == {"kid", "kty", "crv", "x", "use", "alg"}
    assert (keys[0]["kty"], keys[0]["crv"], keys[0]["alg"]) == ("OKP", "Ed25519", "EdDSA")


def test_a_new_key_signs_at_once_and_tokens_of_the_old_one_stay_valid(alice: Person) -> None:
    before = alice.log_in()["access_token"]
    output = _flask(alice.service, "keys", "rotate")
    after = alice.log_in()["access_token"]
    assert _kid(after) != _kid(before)
    assert _kid(after) in output
    for token in (before, after):
        assert alice.get("/api/users/me", token=token).status_code == 200
    published = [key["kid"] for key in alice.service.get("/.well-known/jwks.json").json["keys"]]
    assert published == [_kid(after), _kid(before)]
    assert _flask(alice.service, "keys", "list").split() == published


def test_a_retired_key_is_published_until_its_tokens_have_run_out(alice: Person) -> None:
    before = alice.log_in()["access_token"]
    _flask(alice.service, "keys", "rotate")
    alice.service.turn_back("signing_keys.retired_at", timedelta(minutes=19))
    assert _kid(before) in _flask(alice.service, "keys", "list")
    alice.service.turn_back("signing_keys.retired_at", timedelta(minutes=2))
    assert _kid(before) not in _flask(alice.service, "keys", "list")


def test_a_retired_key_cannot_sign_any_more(alice: Person) -> None:
    alice.log_in()
    _flask(alice.service, "keys", "rotate")
    kept = "SELECT count(*) FROM signing_keys WHERE private_pem IS NOT NULL"
    assert alice.service.scalar(kept) == 1


def test_another_process_uses_the_new_key_without_a_restart(make_service: MakeService) -> None:
    one, other = make_service(), make_service()
    one.sign_up("alice")
    before = one.log_in("alice").json["access_token"]
    assert other.get("/api/users/me", token=before).status_code == 200
    _flask(one, "keys", "rotate")
    after = other.log_in("alice").json["access_token"]
    assert _kid(after) != _kid(before)
    assert one.get("/api/users/me", token=after).status_code == 200


def test_after_a_change_of_the_services_secret_a_new_key_is_made(make_service: MakeService) -> None:
    service = make_service()
    service.sign_up("alice")
    before = service.log_in("alice").json["access_token"]
    changed = make_service(service_secret="another-" + "s" * 32)
    after = changed.log_in("alice").json["access_token"]
    assert _kid(after) != _kid(before)
    for token in (before, after):
        assert changed.get("/api/users/me", token=token).status_code == 200


def test_the_command_line_sets_a_new_password(bob: Person) -> None:
    session = bob.log_in()
    new = "another good password"
    assert "done" in _flask(bob.service, "people", "set-password", "BOB", typed=f"{new}\n{new}\n")
    assert bob.service.log_in("bob", new).status_code == 201
    assert bob.get("/api/users/me", token=session["access_token"]).status_code == 401
    weak = _flask(bob.service, "people", "set-password", "bob", typed="password\npassword\n")
    assert "everybody tries first" in weak
    assert "no account eve" in _flask(
        bob.service, "people", "set-password", "eve", typed=f"{new}\n{new}\n"
    )


def test_a_new_password_from_the_command_line_ends_api_tokens(bob: Person) -> None:
    new = "another good password"
    typed = f"{new}\n{new}\n"
    _flask(bob.service, "people", "set-password", "bob", "--keep-tokens", typed=typed)
    assert bob.get("/api/users/me").status_code == 200
    _flask(bob.service, "people", "set-password", "bob", typed=typed)
    assert bob.get("/api/users/me").status_code == 401


def test_the_key_stays_with_the_former_secret_as_fallback(make_service: MakeService) -> None:
    service = make_service()
    service.sign_up("alice")
    before = service.log_in("alice").json["access_token"]
    changed = make_service(service_secret="another-" + "s" * 32, service_secret_fallback=SECRET)
    assert _kid(changed.log_in("alice").json["access_token"]) == _kid(before)
    changed.internal("/internal/feed")
    assert (
        make_service(service_secret="another-" + "s" * 32)
        .get("/internal/feed", headers={"X-Service-Secret": SECRET})
        .status_code
        == 403
    )


def _flask(service: Service, *words: str, typed: str | None = None) -> str:
    result: Any = service.app.test_cli_runner().invoke(args=words, input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return str(result.output)


def _kid(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])
