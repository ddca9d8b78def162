"""Secrets that are handed out once and kept as a hash: tokens, invites and password resets."""

import hashlib
import secrets

from servicekit.identity.verify import API_TOKEN_PREFIX

API_TOKEN = API_TOKEN_PREFIX
SESSION_TOKEN = "session_"
INVITE = "invite_"
PASSWORD_RESET = "reset_"


def new_secret(prefix: str) -> str:
    """`prefix` and 256 random bits in 43 URL-safe characters."""
    return prefix + secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """The hash to store. Fast on purpose: 256 random bits cannot be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
