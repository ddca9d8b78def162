"""Encrypts what is stored and must be read again, with keys made of the services' secret."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr


class Sealer:
    """Encrypts with the first secret; what was encrypted with the others is still read."""

    def __init__(self, *secrets: SecretStr | None) -> None:
        self._fernet = MultiFernet([_key_of(secret) for secret in secrets if secret is not None])

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """None if it was encrypted with another secret."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None

    def renew(self, sealed: str) -> str | None:
        """The same, encrypted with the first secret."""
        try:
            return self._fernet.rotate(sealed.encode()).decode()
        except InvalidToken:
            return None


def _key_of(secret: SecretStr) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"parley: sealed in users_service")
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret.get_secret_value().encode())))
