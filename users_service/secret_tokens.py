"""Prefixes of the secrets of users_service, and recovery codes."""

import secrets
import unicodedata

from servicekit.identity.verify import API_TOKEN_PREFIX
from servicekit.secret_tokens import new_secret, secret_hash

__all__ = [
    "API_TOKEN",
    "CHALLENGE",
    "INVITE",
    "PASSWORD_RESET",
    "SESSION_TOKEN",
    "new_recovery_code",
    "new_secret",
    "plain_code",
    "secret_hash",
]

API_TOKEN = API_TOKEN_PREFIX
SESSION_TOKEN = "session_"
INVITE = "invite_"
PASSWORD_RESET = "reset_"
CHALLENGE = "challenge_"
RECOVERY_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


def new_recovery_code() -> str:
    """80 random bits that people can copy by hand: `abcd-efgh-ijkm-npqr`."""
    parts = ("".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(parts)


def plain_code(typed: str) -> str:
    """A code as people type it, without spaces and dashes, in small characters."""
    plain = unicodedata.normalize("NFKC", typed)  # some keyboards type wide digits
    return "".join(plain.split()).replace("-", "").lower()
