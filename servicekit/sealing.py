"""Secrets that have to be read again: encrypted with a key that is made from SERVICE_SECRET."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
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


class KeySealer:
    """Encrypts private keys as PEM texts, with SERVICE_SECRET itself as the password."""

    def __init__(self, secret: SecretStr, fallback: SecretStr | None = None) -> None:
        """`fallback` is the former secret, with which keys may still be sealed."""
        secrets = (secret, fallback) if fallback is not None else (secret,)
        self._passwords = [each.get_secret_value().encode() for each in secrets]

    def seal(self, key: Ed25519PrivateKey | EllipticCurvePrivateKey) -> str:
        return key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(self._passwords[0])
        ).decode()

    def open(self, pem: str) -> PrivateKeyTypes | None:
        """None if it was sealed with another secret."""
        for password in self._passwords:
            try:
                return load_pem_private_key(pem.encode(), password)
            except ValueError:
                continue
        return None


def _key(purpose: str, secret: SecretStr) -> bytes:
    derived = HKDF(hashes.SHA256(), length=32, salt=None, info=f"parley {purpose}".encode())
    return base64.urlsafe_b64encode(derived.derive(secret.get_secret_value().encode()))
