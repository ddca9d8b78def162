"""Secrets that are handed out once and kept as a hash: tokens, links, recovery codes."""

import hashlib
import secrets
import unicodedata

from servicekit.identity.verify import API_TOKEN_PREFIX

API_TOKEN = API_TOKEN_PREFIX
SESSION_TOKEN = "session_"
INVITE = "invite_"
PASSWORD_RESET = "reset_"
CHALLENGE = "challenge_"
RECOVERY_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


def new_secret(prefix: str) -> str:
    """`prefix` and 256 random bits in 43 URL-safe characters."""
    return prefix + secrets.token_urlsafe(32)


def new_recovery_code() -> str:
    """80 random bits that people can copy by hand: `abcd-efgh-ijkm-npqr`."""
    parts = ("".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(parts)


def plain_code(typed: str) -> str:
    """A code as people type it, without spaces and dashes, in small characters."""
    plain = unicodedata.normalize("NFKC", typed)  # some keyboards type wide digits
    return "".join(plain.split()).replace("-", "").lower()


def secret_hash(secret: str) -> str:
    """The hash to store. Fast on purpose: 256 random bits cannot be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
