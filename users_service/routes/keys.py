"""/.well-known/jwks.json: the public keys that access tokens are checked with."""

from typing import Any

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from users_service.keys import published_keys
from users_service.schemas import JwksOut

api = APIBlueprint("keys", __name__, abp_tags=[Tag(name="keys")])


@api.get("/.well-known/jwks.json", responses={200: JwksOut})
def read_keys() -> dict[str, Any]:
    """The public keys (RFC 7517), newest first."""
    return {"keys": published_keys()}
