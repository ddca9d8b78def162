"""Secrets that have to be read again: encrypted with a key that is made from SERVICE_SECRET."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr


class Sealer:
    """Encrypts for one `purpose`: what is sealed for another one cannot be opened."""

    def __init__(self, purpose: str, secret: SecretStr, fallback: SecretStr | None = None) -> None:
        """`fallback` is the former secret, with which texts may still be sealed."""
        secrets = (secret, fallback) if fallback is not None else (secret,)
        self._fernet = MultiFernet([Fernet(_key(purpose, each)) for each in secrets])

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """None if it was sealed with another secret."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            return None

    def renew(self, sealed: str) -> str | None:
        """The same, sealed with the present secret."""
        try:
            return self._fernet.rotate(sealed.encode()).decode()
        except InvalidToken:
            return None


def _key(purpose: str, secret: SecretStr) -> bytes:
    derived = HKDF(hashes.SHA256(), length=32, salt=None, info=f"parley {purpose}".encode())
    return base64.urlsafe_b64encode(derived.derive(secret.get_secret_value().encode()))
