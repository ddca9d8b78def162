"""/api/tokens: the caller's API tokens."""

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from servicekit.identity.verify import current_identity
from servicekit.web.openapi import BEARER
from servicekit.web.schemas import Answer
from users_service.actions.tokens import make_token, revoke_token
from users_service.queries import list_tokens
from users_service.routes.answers import token_answer
from users_service.routes.limited import limit_changes
from users_service.schemas import EntryPath, NewToken, TokenList
from users_service.shapes import NewTokenOut

api = APIBlueprint(
    "tokens",
    __name__,
    url_prefix="/api/tokens",
    abp_tags=[Tag(name="tokens")],
    abp_security=BEARER,
)


@api.post("", responses={201: Answer[NewTokenOut]})
@limit_changes
def create_token(body: NewToken) -> tuple[NewTokenOut, int]:
    """Create a token; it is shown only once."""
    secret, token = make_token(current_identity(), body)
    return {**token_answer(token), "token": secret}, 201


@api.get("", responses={200: TokenList})
def read_tokens() -> Response:
    """Your valid tokens."""
    tokens = list_tokens(current_identity().user_id)
    return jsonify([token_answer(token) for token in tokens])


@api.delete("/<int:id>", responses={204: None})
@limit_changes
def delete_token(path: EntryPath) -> tuple[str, int]:
    """Revoke a token."""
    revoke_token(current_identity(), path.id)
    return "", 204
