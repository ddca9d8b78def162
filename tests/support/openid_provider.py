"""An OpenID Connect provider in this process, of Authlib's server classes; tests spoil its answers.

Somebody is always logged in there: every login comes back as the person in `user`.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, OAuth2Request, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

from tests.support.openid_client import CLIENT_ID, CLIENT_SECRET


@dataclass
class User:
    """A person at the provider."""

    subject: str
    claims: dict[str, Any] = field(default_factory=dict)

    def get_user_id(self) -> str:
        return self.subject


@dataclass
class Code:
    """An authorization code, as Authlib wants it."""

    code: str
    client_id: str
    redirect_uri: str
    scope: str
    nonce: str
    user: User
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())


class Client(ClientMixin):  # type: ignore[misc]
    """Parley, as the provider knows it."""

    def __init__(self, redirect_uri: str) -> None:
        self.redirect_uri = redirect_uri

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect_uri

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Provider:
    """`user` logs in there; `spoiled` are claims of the ID token that are wrong."""

    def __init__(self, url: str, redirect_uri: str) -> None:
        self.url, self.redirect_uri = url, redirect_uri
        self.user = User("subject-1")
        self.spoiled: dict[str, Any] = {}
        self.key = RSAKey.generate_key(2048, {"kid": "first"})
        self.signing_key = self.key
        self.codes: dict[str, Code] = {}
        self.ended = 0

    def reset(self) -> None:
        self.user, self.spoiled, self.signing_key = User("subject-1"), {}, self.key


class CodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
    """Codes that work once."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)
    provider: Provider

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        data = request.payload.data
        self.provider.codes[code] = Code(
            code=code,
            client_id=CLIENT_ID,
            redirect_uri=data["redirect_uri"],
            scope=data["scope"],
            nonce=data["nonce"],
            user=request.user,
            code_challenge=data["code_challenge"],
            code_challenge_method=data["code_challenge_method"],
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        return self.provider.codes.get(code)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        self.provider.codes.pop(authorization_code.code, None)

    def authenticate_user(self, authorization_code: Code) -> User:
        return authorization_code.user


class IdTokens(OpenIDCode):  # type: ignore[misc]
    """ID tokens with the claims of the person, or with spoiled ones."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(require_nonce=True)
        self.provider = provider

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        return False

    def encode_id_token(self, token: dict[str, Any], request: OAuth2Request) -> str:
        now = int(time.time())
        claims = {
            "iss": self.provider.url,
            "aud": CLIENT_ID,
            "sub": request.user.subject,
            "iat": now,
            "exp": now + 300,
            "nonce": request.authorization_code.nonce,
        }
        claims |= request.user.claims | self.provider.spoiled
        header = {"alg": "RS256", "kid": "first"}
        return jwt.encode(header, claims, self.provider.signing_key, algorithms=["RS256"])


def make_provider_app(provider: Provider) -> Flask:
    app = Flask("openid_provider")
    client = Client(provider.redirect_uri)
    server = AuthorizationServer(
        app,
        query_client=lambda client_id: client if client_id == CLIENT_ID else None,
        save_token=lambda token, request: None,
    )
    grant = type("Grant", (CodeGrant,), {"provider": provider})
    server.register_grant(grant, [IdTokens(provider), CodeChallenge(required=True)])

    @app.get("/.well-known/openid-configuration")
    def configuration() -> Response:
        return jsonify(
            issuer=provider.url,
            authorization_endpoint=f"{provider.url}/authorize",
            token_endpoint=f"{provider.url}/token",
            jwks_uri=f"{provider.url}/keys",
            end_session_endpoint=f"{provider.url}/end",
            token_endpoint_auth_methods_supported=["client_secret_basic"],
        )

    @app.get("/keys")
    def keys() -> Response:
        return jsonify(KeySet([provider.key]).as_dict(private=False))

    @app.get("/authorize")
    def authorize() -> Any:
        grant = server.get_consent_grant(end_user=provider.user)
        return server.create_authorization_response(grant_user=provider.user, grant=grant)

    @app.post("/token")
    def token() -> Any:
        return server.create_token_response()

    @app.get("/end")
    def end() -> Any:
        provider.ended += 1
        return redirect(request.args["post_logout_redirect_uri"])

    return app


@contextmanager
def running_provider(port: int, redirect_uri: str) -> Iterator[Provider]:
    provider = Provider(f"http://127.0.0.1:{port}", redirect_uri)
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # it has no TLS
    server = make_server("127.0.0.1", port, make_provider_app(provider), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()
