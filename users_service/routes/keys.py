"""/.well-known/jwks.json: the public keys that access tokens are checked with."""

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from servicekit.web.schemas import Answer
from users_service.keys import published_keys
from users_service.shapes import JwksOut

api = APIBlueprint("keys", __name__, abp_tags=[Tag(name="keys")])


@api.get("/.well-known/jwks.json", responses={200: Answer[JwksOut]})
def read_keys() -> JwksOut:
    """The public keys (RFC 7517), newest first."""
    return {"keys": published_keys()}
