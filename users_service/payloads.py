"""The JSON of people, sessions, tokens, invites and the audit log; `shapes` documents it."""

from typing import cast

import orjson

from servicekit.times import utcnow
from users_service.caller import Caller
from users_service.models.invites import Invite
from users_service.models.people import User
from users_service.models.place import AuditEntry
from users_service.models.sessions import ApiToken, UserSession
from users_service.models.sign_in import Identity, Passkey, PasswordReset
from users_service.shapes import invites, people, place, sessions, sign_in, values


def user(row: User, caller: Caller) -> people.User:
    """A person as the caller sees them."""
    shown: people.User = {
        "id": row.id,
        "name": row.name,
        "nickname": row.nickname,
        "role": row.role,
        "active": row.active,
        "avatar_url": row.avatar_url,
        "title": row.title,
        "time_zone": row.time_zone,
        "status": row.status,
        "dnd_until": row.quiet_until,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }
    if caller.sees_email_of(row.id):
        shown["email"] = row.email
        shown["email_confirmed"] = row.email_verified_at is not None
    if caller.user_id == row.id:
        shown |= {"language": row.language, "theme": row.theme}
    return shown


def account(person: people.User, *, two_step: bool, passkeys: int) -> people.User:
    """The person, with the fields about logins that administrators see."""
    return {**person, "two_step": two_step, "passkeys": passkeys}


def session(row: UserSession, current_sid: str | None) -> sessions.Session:
    return {
        "id": row.id,
        "current": row.sid == current_sid,
        "user_agent": row.user_agent,
        "address": row.address,
        "created_at": row.created_at,
        "last_used_at": row.last_used_at,
        "expires_at": row.expires_at,
    }


def token(row: ApiToken) -> sessions.Token:
    return {
        "id": row.id,
        "name": row.name,
        "scopes": cast(list[values.Scope], row.scopes.split()),
        "created_at": row.created_at,
        "last_used_at": row.last_used_at,
        "expires_at": row.expires_at,
    }


def password_reset(secret: str, row: PasswordReset, user: User) -> sign_in.PasswordReset:
    return {
        "id": secret,
        "name": user.name,
        "nickname": user.nickname,
        "expires_at": row.expires_at,
    }


def identity(row: Identity) -> sign_in.Identity:
    return {
        "id": row.id,
        "email": row.email,
        "created_at": row.created_at,
        "last_used_at": row.last_used_at,
    }


def passkey(row: Passkey) -> sign_in.Passkey:
    return {
        "id": row.id,
        "name": row.name,
        "created_at": row.created_at,
        "last_used_at": row.last_used_at,
    }


def invite(row: Invite, user_ids: list[int]) -> invites.Invite:
    """`user_ids` are the people who came by it."""
    has_ended = row.used_at is not None or row.revoked_at is not None
    return {
        "id": row.id,
        "role": row.role,
        "uses": row.uses,
        "used": row.used,
        "user_ids": user_ids,
        "open": not has_ended and row.expires_at > utcnow(),
        "created_by": row.created_by,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
    }


def audit_entry(row: AuditEntry) -> place.AuditEntry:
    return {
        "id": row.id,
        "date": row.date,
        "action": row.action,
        "actor_id": row.actor_id,
        "user_id": row.user_id,
        "address": row.address,
        "detail": orjson.loads(row.detail),
    }
