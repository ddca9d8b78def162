"""Secrets that are handed out once and kept as a hash."""

import hashlib
import secrets


def new_secret(prefix: str) -> str:
    """`prefix` and 256 random bits in 43 URL-safe characters."""
    return prefix + secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """The hash to store. Fast on purpose: 256 random bits cannot be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
