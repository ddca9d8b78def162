"""OpenID Connect: `/internal/openid` for the gateway, whose pages the provider sends people to."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint

from servicekit.identity.verify import bearer_token
from servicekit.web.answers import answer, no_content
from servicekit.web.openapi import BEARER, make_blueprint
from servicekit.web.service_calls import require_service
from users_service import errors
from users_service.actions import openid as actions
from users_service.caller import Caller, current_person
from users_service.context import current_context
from users_service.routes.limited import limit_changes, limit_tokens
from users_service.routes.logins import created_session, current_client
from users_service.schemas.sign_in import (
    ConnectingPassword,
    FinishedOpenId,
    IdentityPath,
    StartedOpenId,
)
from users_service.throttle import client_network

gateway_blueprint = APIBlueprint("openid", __name__, url_prefix="/internal/openid", doc_ui=False)
gateway_blueprint.before_request(require_service)
blueprint = make_blueprint("identities", __name__, tag="sessions")


@gateway_blueprint.post("/start")
def start_openid(body: StartedOpenId) -> Response:
    """Where the browser goes to log in; with a token, to connect that account."""
    limit_tokens("openid", client_network())
    return answer(actions.start(current_context(), _caller_if_any(), body))


@gateway_blueprint.post("/finish")
def finish_openid(body: FinishedOpenId) -> Response:
    """The session of the person that the provider has sent back; 204 after connecting."""
    limit_tokens("openid", client_network())
    client = current_client(body.replaces)
    begun = actions.finish(current_context(), _caller_if_any(), body, client)
    return no_content() if begun is None else created_session(*begun)


@gateway_blueprint.post("/connect")
def connect_openid(body: ConnectingPassword) -> Response:
    """The same after `password-to-connect`."""
    limit_tokens("openid", client_network())
    client = current_client(body.replaces)
    return created_session(*actions.finish_with_password(current_context(), body, client))


@gateway_blueprint.get("/end")
def get_logout() -> Response:
    """Where the browser ends its session at the provider."""
    context = current_context()
    if context.openid.label is None:
        raise errors.no_provider()
    return answer({"url": context.openid.logout_url()})


@blueprint.delete("/users/me/identities/<int:identity_id>", responses={204: None}, security=BEARER)
@limit_changes
def delete_identity(path: IdentityPath) -> Response:
    """Disconnect your account from a login of the provider."""
    caller, _ = current_person()
    actions.disconnect(current_context(), caller, path.identity_id)
    return no_content()


def _caller_if_any() -> Caller | None:
    if bearer_token() is None:
        return None
    caller, _ = current_person()
    return caller
