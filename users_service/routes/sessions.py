"""`/api/sessions`: logging in, refreshing, logging out."""

from flask import Response

from servicekit.identity.verify import API_TOKEN_PREFIX, Identity, bearer_token
from servicekit.web.answers import answer, answer_page, no_content
from servicekit.web.errors import Unauthorized
from servicekit.web.openapi import BEARER, make_blueprint
from servicekit.web.schemas import Answer
from users_service import access, errors, payloads
from users_service.actions import sessions as actions
from users_service.actions.tokens import exchange
from users_service.caller import current_person
from users_service.context import Context, current_context
from users_service.queries import sessions as queries
from users_service.routes.limited import limit_changes, limit_tokens
from users_service.routes.logins import created_session, current_client, refreshed_session
from users_service.schemas.fields import EntryListQuery
from users_service.schemas.people import UserPath
from users_service.schemas.sessions import NewSession, Refresh, SessionList, SessionPath
from users_service.schemas.sign_in import Confirmation, NewSessionWithCode
from users_service.secret_tokens import secret_hash
from users_service.shapes.sessions import (
    AccessToken,
    CreatedSession,
    RefreshedSession,
    Session,
    Ticket,
)

blueprint = make_blueprint("sessions", __name__, needs_token=False)


@blueprint.post("/sessions", responses={201: Answer[CreatedSession]})
def create_session(body: NewSession) -> Response:
    """Log in with nickname or email.

    For an account with two-step login, 401 `second-factor-required` has a `challenge`.
    """
    return created_session(*actions.log_in(current_context(), body, current_client(body.replaces)))


@blueprint.post("/sessions/second-step", responses={201: Answer[CreatedSession]})
def create_session_with_code(body: NewSessionWithCode) -> Response:
    """Finish a login that was answered with 401 `second-factor-required`."""
    client = current_client(body.replaces)
    return created_session(*actions.finish_with_code(current_context(), body, client))


@blueprint.put("/sessions/current/confirmation", responses={204: None}, security=BEARER)
@limit_changes
def put_confirmation(body: Confirmation) -> Response:
    """Enter your password again, before you change how you log in."""
    caller, _ = current_person()
    actions.confirm(current_context(), caller, body.password)
    return no_content()


@blueprint.get("/sessions", responses={200: SessionList}, security=BEARER)
def list_sessions(query: EntryListQuery) -> Response:
    """Your sessions, latest used first; `before` is the id of the last one seen."""
    caller, user_id = current_person()
    found, has_more = queries.list_sessions(current_context(), user_id, query)
    sessions = [payloads.session(session, caller.sid) for session in found]
    return answer_page(sessions, "before", has_more=has_more)


@blueprint.get("/sessions/<int:session_id>", responses={200: Answer[Session]}, security=BEARER)
def get_session(path: SessionPath) -> Response:
    """One of your sessions."""
    caller, user_id = current_person()
    session = queries.get_session(current_context(), user_id, path.session_id)
    return answer(payloads.session(session, caller.sid))


@blueprint.post("/sessions/refresh", responses={200: Answer[RefreshedSession]})
def refresh_session(body: Refresh) -> Response:
    """Get a new access token for a session."""
    limit_tokens("refreshes", secret_hash(body.session_token))
    return answer(refreshed_session(actions.refresh(current_context(), body.session_token)))


@blueprint.post("/sessions/exchange", responses={200: Answer[AccessToken]}, security=BEARER)
def exchange_token() -> Response:
    """Get an access token for an API token."""
    token = bearer_token()
    if token is None or not token.startswith(API_TOKEN_PREFIX):
        raise errors.not_an_api_token()
    limit_tokens("exchanges", secret_hash(token))
    access_token, expires_in = exchange(current_context(), token)
    shown: AccessToken = {"access_token": access_token, "expires_in": expires_in}
    return answer(shown)


@blueprint.post("/sessions/ticket", responses={200: Answer[Ticket]}, security=BEARER)
def make_ticket() -> Response:
    """Get a ticket that opens one live connection within 30 seconds."""
    context = current_context()
    identity = _reading_identity(context)
    limit_tokens("tickets", identity.sid)
    token, expires_in = access.ticket(context, identity)
    shown: Ticket = {"token": token, "expires_in": expires_in}
    return answer(shown)


@blueprint.delete("/sessions/current", responses={204: None}, security=BEARER)
@limit_changes
def delete_current_session() -> Response:
    """Log out."""
    caller, _ = current_person()
    if caller.session_id is None:
        raise errors.token_is_no_session()
    actions.end_session(current_context(), caller, caller.session_id)
    return no_content()


@blueprint.delete("/sessions/others", responses={204: None}, security=BEARER)
@limit_changes
def delete_other_sessions() -> Response:
    """Log out everywhere else."""
    caller, _ = current_person()
    actions.end_other_sessions(current_context(), caller)
    return no_content()


@blueprint.delete("/users/<int:user_id>/sessions", responses={204: None}, security=BEARER)
@limit_changes
def delete_sessions_of_user(path: UserPath) -> Response:
    """Log a person out everywhere; API tokens keep working. For admins."""
    caller, _ = current_person()
    actions.end_sessions_of(current_context(), caller, path.user_id)
    return no_content()


@blueprint.delete("/sessions/<int:session_id>", responses={204: None}, security=BEARER)
@limit_changes
def delete_session(path: SessionPath) -> Response:
    """End one of your sessions."""
    caller, _ = current_person()
    actions.end_session(current_context(), caller, path.session_id)
    return no_content()


def _reading_identity(context: Context) -> Identity:
    """A ticket changes nothing, so the scope `read` is enough for this POST."""
    token = bearer_token()
    if token is None:
        raise Unauthorized()
    identity = access.OwnVerifier(context).verify(token)
    if "read" not in identity.scopes:
        raise errors.scope_missing("read")
    return identity
