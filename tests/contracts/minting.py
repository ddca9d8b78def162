"""Forged tokens: signed with the real key, and wrong in one claim."""

import sqlite3
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.support.cast import Person
from tests.support.stack import Stack


def mint(stack: Stack, person: Person, key: Any = None, **changes: Any) -> str:
    """An access token of `person`; a claim changed to None is left out."""
    now = int(time.time())
    claims = {
        "iss": "parley", "aud": "parley:api", "sub": str(person.id), "role": "member",
        "sid": _own_sid(stack, person), "typ": "access", "iat": now, "nbf": now, "exp": now + 900,
    } | changes  # fmt: skip
    kid, real_key = _signing_key(stack)
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, key or real_key, "EdDSA", {"kid": kid})


def unknown_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def _signing_key(stack: Stack) -> tuple[str, Any]:
    query = "SELECT kid, private_pem FROM signing_keys WHERE private_pem IS NOT NULL"
    with sqlite3.connect(stack.directory / "users.sqlite3") as database:
        kid, pem = database.execute(query).fetchone()
    return kid, load_pem_private_key(pem.encode(), stack.service_secret.encode())


def _own_sid(stack: Stack, person: Person) -> str:
    """Of the API token that the person has had from the start."""
    answer = person.api.post("/api/sessions/exchange").json()
    return str(jwt.decode(answer["access_token"], options={"verify_signature": False})["sid"])
