"""/api/sessions: logging in, refreshing, logging out."""

from flask import Response, jsonify, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from servicekit.identity.verify import API_TOKEN_PREFIX, Identity, bearer_token, current_identity
from servicekit.times import utcnow
from servicekit.web.errors import Forbidden, NotFound, Unauthorized
from servicekit.web.openapi import BEARER
from servicekit.web.schemas import Answer
from servicekit.web.service_calls import client_address
from users_service import access
from users_service.actions import sessions as actions
from users_service.actions.tokens import exchange
from users_service.callers import Caller
from users_service.queries import list_sessions
from users_service.routes.answers import session_answer, user_answer
from users_service.routes.limited import limit_changes, limit_tokens
from users_service.schemas import (
    EntryPath,
    Login,
    Refresh,
    SessionList,
)
from users_service.secret_tokens import secret_hash
from users_service.shapes import AccessOut, LoginOut, RefreshedOut, TicketOut

api = APIBlueprint(
    "sessions",
    __name__,
    url_prefix="/api/sessions",
    abp_tags=[Tag(name="sessions")],
)


@api.post("", responses={201: Answer[LoginOut]})
def log_in(body: Login) -> tuple[LoginOut, int]:
    """Log in with nickname or email."""
    begun, session_token = actions.log_in(
        body.login, body.password, _user_agent(), client_address()[:64], replaces=body.replaces
    )
    return {
        **_refreshed(begun),
        "session_token": session_token,
        "session_id": begun.session.id,
    }, 201


@api.get("", responses={200: SessionList}, security=BEARER)
def read_sessions() -> Response:
    """Your sessions."""
    identity = current_identity()
    sessions = list_sessions(identity.user_id, actions.idle_limit(utcnow()))
    return jsonify([session_answer(session, identity.sid) for session in sessions])


@api.post("/refresh", responses={200: Answer[RefreshedOut]})
def refresh(body: Refresh) -> RefreshedOut:
    """Get a new access token for a session."""
    limit_tokens("refreshes", secret_hash(body.session_token))
    return _refreshed(actions.refresh(body.session_token))


@api.post("/exchange", responses={200: Answer[AccessOut]}, security=BEARER)
def exchange_api_token() -> AccessOut:
    """Get an access token for an API token."""
    token = bearer_token()
    if token is None or not token.startswith(API_TOKEN_PREFIX):
        raise Unauthorized("Send an API token as 'Authorization: Bearer …'.")
    limit_tokens("exchanges", secret_hash(token))
    access_token, expires_in = exchange(token)
    return {"access_token": access_token, "expires_in": expires_in}


@api.post("/ticket", responses={200: Answer[TicketOut]}, security=BEARER)
def make_ticket() -> TicketOut:
    """Get a ticket that opens one live connection within 30 seconds."""
    identity = _reading_identity()
    limit_tokens("tickets", identity.sid)
    token, expires_in = access.ticket(identity)
    return {"token": token, "expires_in": expires_in}


@api.delete("/current", responses={204: None}, security=BEARER)
@limit_changes
def end_current_session() -> tuple[str, int]:
    """Log out."""
    identity = current_identity()
    if not identity.sid.startswith("s"):
        raise NotFound("An API token is not a session.")
    actions.end_session(identity, int(identity.sid[1:]))
    return "", 204


@api.delete("/others", responses={204: None}, security=BEARER)
@limit_changes
def end_other_sessions() -> tuple[str, int]:
    """Log out everywhere else."""
    actions.end_other_sessions(current_identity())
    return "", 204


@api.delete("/<int:id>", responses={204: None}, security=BEARER)
@limit_changes
def end_session(path: EntryPath) -> tuple[str, int]:
    """End one of your sessions."""
    actions.end_session(current_identity(), path.id)
    return "", 204


def _refreshed(begun: actions.Access) -> RefreshedOut:
    own = Caller(begun.user.id, begun.session.sid, is_admin=False)
    return {
        "access_token": begun.token,
        "expires_in": begun.expires_in,
        "user": user_answer(begun.user, own),
    }


def _reading_identity() -> Identity:
    """A ticket changes nothing, so the scope `read` is enough for this POST."""
    token = bearer_token()
    if token is None:
        raise Unauthorized()
    identity = access.OwnVerifier().verify(token)
    if "read" not in identity.scopes:
        raise Forbidden("This token lacks the scope 'read'.", "scope-missing")
    return identity


def _user_agent() -> str:
    return "".join(filter(str.isprintable, request.headers.get("User-Agent", "")))[:200]
