"""The OpenID Connect provider: its addresses, and the claims of its ID tokens."""

import logging
import threading
import time
from dataclasses import dataclass
from typing import Any, Final, cast

import requests

from servicekit.language import _
from servicekit.web.errors import Unavailable
from users_service import errors
from users_service.settings import UsersSettings

SCOPE: Final = "openid email profile"
TIMEOUT: Final = (3.0, 5.0)
REMEMBERED_SECONDS: Final = 3600.0
LEEWAY_SECONDS: Final = 60
ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]
"""Signatures with public keys alone: the client's secret must never be accepted as a key."""
CALLBACK: Final = "/login/openid/callback"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a valid ID token; `email` is None unless the provider sent one."""

    issuer: str
    subject: str
    email: str | None
    is_email_verified: bool
    name: str
    nickname: str


class OpenIdProvider:
    """Asks the provider; raises Unavailable while it does not answer.

    Authlib takes almost half a second to import, which only a login here has to pay.
    """

    def __init__(self, settings: UsersSettings) -> None:
        self._settings = settings
        self._issuer = settings.openid_issuer
        self._redirect_uri = settings.public_url.rstrip("/") + CALLBACK
        self._lock = threading.Lock()
        self._metadata: dict[str, Any] = {}
        self._keys: dict[str, Any] = {}
        self._read_at = float("-inf")

    @property
    def label(self) -> str | None:
        """Its name on the button; None without a provider."""
        if not self._issuer:
            return None
        return self._settings.openid_label or "OpenID Connect"

    def login_url(self, state: str, nonce: str, code_verifier: str) -> str:
        """The provider's login page for the browser."""
        with self._session(self._read_metadata()) as session:
            url, _state = session.create_authorization_url(
                self._address("authorization_endpoint"),
                state=state,
                nonce=nonce,
                code_verifier=code_verifier,
            )
        return str(url)

    def logout_url(self) -> str | None:
        """Where the browser ends its session at the provider; None if it has no such page."""
        from authlib.common.urls import add_params_to_uri

        end = self._read_metadata().get("end_session_endpoint")
        if not end:
            return None
        back = self._settings.public_url.rstrip("/") + "/login"
        params = {"client_id": self._settings.openid_client_id, "post_logout_redirect_uri": back}
        return str(add_params_to_uri(str(end), list(params.items())))

    def claims_of(self, code: str, nonce: str, code_verifier: str) -> Claims:
        """Exchange the code, and check the ID token; raises Unauthorized."""
        from authlib.common.errors import AuthlibBaseError
        from authlib.oidc.core import CodeIDToken
        from joserfc.errors import JoseError

        metadata = self._read_metadata()
        try:
            with self._session(metadata) as session:
                token = session.fetch_token(
                    self._address("token_endpoint"),
                    code=code,
                    code_verifier=code_verifier,
                    timeout=TIMEOUT,
                    allow_redirects=False,
                )
            decoded = self._decoded(str(token["id_token"]))
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {
                    "iss": {"essential": True, "value": self._issuer},
                    "aud": {"essential": True, "value": self._settings.openid_client_id},
                    "sub": {"essential": True},
                    "exp": {"essential": True},
                    "nonce": {"essential": True, "value": nonce},
                },
                {
                    "nonce": nonce,
                    "client_id": self._settings.openid_client_id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(leeway=LEEWAY_SECONDS)
            return _shown(claims)
        except requests.RequestException as error:
            raise _away(error) from error
        except (AuthlibBaseError, JoseError, KeyError, ValueError, TypeError) as error:
            log.warning("the OpenID provider's answer is refused: %s", error)
            raise errors.provider_refused() from error

    def _session(self, metadata: dict[str, Any]) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        secret = self._settings.openid_client_secret.get_secret_value()
        methods = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        method = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        return OAuth2Session(
            self._settings.openid_client_id,
            secret or None,
            token_endpoint_auth_method=method if secret else "none",
            scope=SCOPE,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
        )

    def _decoded(self, id_token: str) -> Any:
        """The token with a valid signature; keys are read again when its key is not known."""
        from joserfc import jwt
        from joserfc.errors import BadSignatureError, InvalidKeyIdError
        from joserfc.jwk import KeySet, KeySetSerialization

        def decode(keys: dict[str, Any]) -> Any:
            return jwt.decode(
                id_token,
                KeySet.import_key_set(cast("KeySetSerialization", keys)),
                algorithms=ALGORITHMS,
            )

        try:
            return decode(self._keys or self._read_keys())
        except (InvalidKeyIdError, BadSignatureError):  # the provider has other keys now
            return decode(self._read_keys())

    def _read_metadata(self) -> dict[str, Any]:
        with self._lock:
            if time.monotonic() - self._read_at > REMEMBERED_SECONDS:
                url = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
                metadata = self._get(url)
                if metadata.get("issuer") != self._issuer:
                    log.error("the OpenID provider calls itself %r", metadata.get("issuer"))
                    raise _away(None)
                self._metadata, self._keys, self._read_at = metadata, {}, time.monotonic()
            return self._metadata

    def _read_keys(self) -> dict[str, Any]:
        self._keys = self._get(self._address("jwks_uri"))
        return self._keys

    def _address(self, name: str) -> str:
        address = self._metadata.get(name)
        if not isinstance(address, str):
            log.error("the OpenID provider has no %s", name)
            raise _away(None)
        return address

    def _get(self, url: str) -> dict[str, Any]:
        try:
            answer = requests.get(url, timeout=TIMEOUT, allow_redirects=False)
            answer.raise_for_status()
            body = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise _away(error) from error
        if not isinstance(body, dict):
            raise _away(None)
        return body


def _shown(claims: Any) -> Claims:
    def text(name: str) -> str:
        value = claims.get(name)
        return value.strip() if isinstance(value, str) else ""

    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise ValueError("the subject is no text of 1 to 255 characters")
    return Claims(
        issuer=str(claims["iss"]),
        subject=subject,
        email=text("email") or None,
        is_email_verified=claims.get("email_verified") is True,
        name=text("name"),
        nickname=text("preferred_username") or text("nickname"),
    )


def _away(error: Exception | None) -> Unavailable:
    log.warning("the OpenID provider cannot be used: %s", error or "see above")
    return Unavailable(
        _("The login provider does not answer. Try again, or log in with your password."),
        code="provider-away",
    )
