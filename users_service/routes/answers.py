"""The JSON of people, sessions, tokens and invites."""

from typing import cast

from users_service.callers import Caller
from users_service.models import ApiToken, Invite, User, UserSession
from users_service.shapes import InviteOut, Scope, SessionOut, TokenOut, UserOut


def user_answer(user: User, caller: Caller) -> UserOut:
    answer: UserOut = {
        "id": user.id,
        "name": user.name,
        "nickname": user.nickname,
        "role": user.role,
        "active": user.active,
        "avatar_url": user.avatar_url,
        "created_at": user.created_at,
        "updated_at": user.updated_at,
    }
    if caller.sees_email_of(user.id):
        answer["email"] = user.email
    return answer


def session_answer(session: UserSession, current_sid: str) -> SessionOut:
    return {
        "id": session.id,
        "current": session.sid == current_sid,
        "user_agent": session.user_agent,
        "address": session.address,
        "created_at": session.created_at,
        "last_used_at": session.last_used_at,
        "expires_at": session.expires_at,
    }


def token_answer(token: ApiToken) -> TokenOut:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": cast(list[Scope], token.scopes.split()),
        "created_at": token.created_at,
        "last_used_at": token.last_used_at,
        "expires_at": token.expires_at,
    }


def invite_answer(invite: Invite) -> InviteOut:
    return {
        "id": invite.id,
        "role": invite.role,
        "created_by": invite.created_by,
        "created_at": invite.created_at,
        "expires_at": invite.expires_at,
    }
