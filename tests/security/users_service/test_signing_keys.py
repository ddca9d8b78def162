"""A signing key that leaked."""

from datetime import timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.users_service.conftest import SECRET, MakeService, Person, Service


def test_a_retired_key_expires_without_a_restart(
    make_service: MakeService,
) -> None:
    one, other = make_service(), make_service()
    alice = one.sign_up("alice")
    forged = _forge_admin(alice)
    for service in (one, other):
        assert service.get("/api/users/me", token=forged).status_code == 200
    _run(one, "keys", "rotate")
    assert other.get("/api/users/me", token=forged).status_code == 200
    one.turn_back("signing_keys.retired_at", timedelta(minutes=21))
    for service in (one, other):
        assert service.get("/api/users/me", token=forged).status_code == 401


def test_a_leaked_key_is_refused_at_once(alice: Person) -> None:
    forged = _forge_admin(alice)
    before = alice.log_in()
    assert alice.get("/api/users/me", token=forged).status_code == 200
    seq = alice.service.last_seq()
    _run(alice.service, "keys", "rotate", "--now")
    for token in (forged, before["access_token"]):
        assert alice.get("/api/users/me", token=token).status_code == 401
    assert len(alice.service.get("/.well-known/jwks.json").json["keys"]) == 1
    assert [kind for kind, _ in alice.service.feed(seq)] == ["keys.retired"]
    refreshed = alice.service.post(
        "/api/sessions/refresh", {"session_token": before["session_token"]}
    )
    assert refreshed.status_code == 200
    assert alice.get("/api/users/me", token=refreshed.json["access_token"]).status_code == 200


def _forge_admin(alice: Person) -> str:
    """An access token made with the key, as a thief of the database and its secret would."""
    session = alice.log_in()
    claims = jwt.decode(session["access_token"], options={"verify_signature": False})
    pem = alice.service.scalar("SELECT private_pem FROM signing_keys WHERE retired_at IS NULL")
    kid = jwt.get_unverified_header(session["access_token"])["kid"]
    key = load_pem_private_key(pem.encode(), SECRET.encode())
    assert isinstance(key, Ed25519PrivateKey)
    return jwt.encode(claims | {"jti": "forged"}, key, "EdDSA", {"kid": kid})


def _run(service: Service, *words: str) -> None:
    result = service.app.test_cli_runner().invoke(args=words)
    assert result.exit_code == 0, result.output
