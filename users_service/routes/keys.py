"""`/.well-known/jwks.json`: the public keys that access tokens are checked with."""

from flask import Response

from servicekit.web.answers import answer
from servicekit.web.openapi import make_blueprint
from servicekit.web.schemas import Answer
from users_service.context import current_context
from users_service.shapes.feed import Jwks

blueprint = make_blueprint("keys", __name__, url_prefix=None, needs_token=False)


@blueprint.get("/.well-known/jwks.json", responses={200: Answer[Jwks]})
def list_keys() -> Response:
    """The public keys (RFC 7517), newest first."""
    shown: Jwks = {"keys": current_context().keys.published()}
    return answer(shown)
