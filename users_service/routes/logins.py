"""Helpers of the routes that begin a session."""

from flask import Response, request

from servicekit.web.answers import created
from servicekit.web.service_calls import client_address
from users_service import payloads
from users_service.actions.beginning import Access, Client
from users_service.caller import Caller
from users_service.shapes.sessions import CreatedSession, RefreshedSession


def current_client(replaces: str | None) -> Client:
    """From where this request comes."""
    user_agent = "".join(filter(str.isprintable, request.headers.get("User-Agent", "")))
    return Client(user_agent[:200], client_address()[:64], replaces)


def created_session(begun: Access, session_token: str) -> Response:
    shown: CreatedSession = {
        **refreshed_session(begun),
        "session_token": session_token,
        "session_id": begun.session.id,
    }
    return created(shown, f"/api/sessions/{begun.session.id}")


def refreshed_session(begun: Access) -> RefreshedSession:
    return {
        "access_token": begun.token,
        "expires_in": begun.expires_in,
        "user": payloads.user(begun.user, Caller(begun.user.id)),
    }
