"""People: sign up, change, deactivate."""

import structlog
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from servicekit.data.db import Transaction, transaction
from servicekit.times import isoformat, utcnow
from servicekit.web.errors import Invalid, NotFound
from users_service import log
from users_service.actions.invites import open_invite, use_up
from users_service.actions.revoke import revoke_everything, revoke_sessions, revoke_tokens
from users_service.actions.tokens import add_token
from users_service.callers import Caller
from users_service.errors import InviteNeeded, LastAdmin, SignupClosed, Taken, WrongPassword
from users_service.login_guard import count_wrong_password, require_password_try
from users_service.models import SCOPES, Invite, User, db
from users_service.names import comparison_key, search_key
from users_service.parts import parts
from users_service.passwords import check_password
from users_service.queries import has_people
from users_service.schemas import PasswordChange, SignUp, UserChanges
from users_service.shapes import Profile, Role

FIRST_TOKEN = "First token"
audit = structlog.stdlib.get_logger("parley.audit")


def sign_up(person: SignUp, caller: Caller) -> tuple[User, str | None]:
    """Create an account and, if wanted, its first API token.

    The very first account needs no permission, and becomes admin.
    """
    if person.role is not None:
        caller.require_admin()
    password_hash = _hash_new(person.password, person.name, person.nickname, person.email)
    with transaction(db) as change:
        log.lock(change)
        now = utcnow()
        user = User(password_hash=password_hash, role="member", created_at=now, updated_at=now)
        is_first = not has_people()
        # First, so that closed sign-up does not reveal which names exist.
        invite = None
        if is_first:
            user.role = "admin"
        elif caller.is_admin:
            user.role = person.role or "member"
        else:
            invite = _admitting_invite(change, person)
            user.role = invite.role if invite else "member"
        _refuse_taken(change.session, None, person.nickname, person.email)
        _set_names(user, person.name, person.nickname, person.email)
        change.session.add(user)
        change.session.flush()
        if invite is not None:
            use_up(invite, user.id)
        token = None
        if person.with_token:
            token, _ = add_token(change, user.id, FIRST_TOKEN, SCOPES, None)
        log.append_user(change, log.USER_CREATED, user)
    audit.info(
        "account made",
        user_id=user.id,
        role=user.role,
        by=caller.user_id,
        invite_id=invite.id if invite else None,
    )
    return user, token


def change_user(user_id: int, changes: UserChanges, caller: Caller) -> User:
    """Change an account within the rights of `caller`."""
    caller.require_self_or_admin(user_id)
    if changes.role is not None or changes.active is not None:
        caller.require_admin()
    password_hash = None
    if changes.password is not None or changes.current_password is not None:
        about = _check_current_password(user_id, changes, caller)
        password_hash = _hash_new(changes.password, *about)
    with transaction(db) as change:
        log.lock(change)
        user = _existing(change.session, user_id)
        _refuse_taken(change.session, user_id, changes.nickname, changes.email)
        before = log.profile_of(user)
        _set_names(user, changes.name, changes.nickname, changes.email)
        _set_role(change, user, changes.role)
        _set_active(change, user, changes.active)
        if password_hash is not None:
            user.password_hash = password_hash
            kept = caller.sid if caller.user_id == user_id else None
            revoke_sessions(change, user_id, but=kept)
            if changes.revoke_tokens:
                revoke_tokens(change, user_id, but=kept)
        _announce_if_changed(change, user, before)
    _audit_changes(changes, before, user, caller)
    return user


def _audit_changes(changes: UserChanges, before: Profile, user: User, caller: Caller) -> None:
    if changes.password is not None:
        audit.info("password changed", user_id=user.id, by=caller.user_id)
    for field in ("role", "active"):
        if getattr(user, field) != before[field]:
            audit.info(
                f"{field} changed", user_id=user.id, to=getattr(user, field), by=caller.user_id
            )
    if caller.user_id != user.id:
        fields = [
            name for name in ("name", "nickname", "email") if before[name] != getattr(user, name)
        ]
        if fields:
            audit.info("profile changed", user_id=user.id, fields=fields, by=caller.user_id)


def change_password(user_id: int, change: PasswordChange, caller: Caller) -> None:
    """Change the caller's own password; ends their other sessions and, if wanted, API tokens."""
    changes = UserChanges(
        password=change.password,
        current_password=change.current_password,
        revoke_tokens=change.revoke_tokens,
    )
    change_user(user_id, changes, caller)


def deactivate_user(user_id: int, caller: Caller) -> None:
    """End all access to the account; its messages stay and keep its name."""
    caller.require_self_or_admin(user_id)
    with transaction(db) as change:
        log.lock(change)
        user = _existing(change.session, user_id)
        before = log.profile_of(user)
        _set_active(change, user, False)
        _announce_if_changed(change, user, before)
    audit.info("account deactivated", user_id=user_id, by=caller.user_id)


def _admitting_invite(change: Transaction, person: SignUp) -> Invite | None:
    """The invite of this sign-up, None where none is needed; raises Problem."""
    registration = parts().settings.registration
    if registration == "closed":
        raise SignupClosed()
    if person.invite is not None:
        return open_invite(change, person.invite)
    if registration == "invite":
        raise InviteNeeded()
    return None


def _hash_new(password: str | None, *about: str | None) -> str | None:
    if password is None:
        return None
    try:
        check_password(password, *filter(None, about))
    except ValueError as error:
        raise Invalid.field("password", str(error), "password-refused") from None
    return parts().passwords.hash(password)


def _check_current_password(user_id: int, changes: UserChanges, caller: Caller) -> tuple[str, ...]:
    """Check the current password, which admins do not need for others; returns the names."""
    session = db.session()
    user = _existing(session, user_id)
    known, about = user.password_hash, (user.name, user.nickname, user.email)
    session.rollback()  # hashing takes a while: hold no connection
    is_own = caller.user_id == user_id
    if is_own and known is not None and not parts().settings.tutorial:
        if changes.current_password is None:
            raise Invalid.field("current_password", "is needed for a new password")
        require_password_try(caller)
        if not parts().passwords.matches(changes.current_password, known):
            count_wrong_password(caller)
            audit.warning("wrong current password", user_id=user_id)
            raise WrongPassword()
    return about


def _existing(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such person.")
    return user


def _refuse_taken(
    session: Session, user_id: int | None, nickname: str | None, email: str | None
) -> None:
    """Raises Taken. The caller holds the log's lock, so the names stay free until the commit."""
    nickname_key = comparison_key(nickname) if nickname else None
    email_key = comparison_key(email) if email else None
    others = select(User.nickname_key, User.email_key).where(
        or_(User.nickname_key == nickname_key, User.email_key == email_key)
    )
    if user_id is not None:
        others = others.where(User.id != user_id)
    rows = session.execute(others).all()
    taken = []
    if any(row.nickname_key == nickname_key for row in rows):
        taken.append("nickname")
    if any(row.email_key == email_key for row in rows):
        taken.append("email")
    if taken:
        raise Taken(taken)


def _set_names(user: User, name: str | None, nickname: str | None, email: str | None) -> None:
    if name is not None:
        user.name = name
    if nickname is not None:
        user.nickname, user.nickname_key = nickname, comparison_key(nickname)
    user.search_key = search_key(user.name, user.nickname)
    if email is not None:
        user.email, user.email_key = email, comparison_key(email)


def _set_role(change: Transaction, user: User, role: Role | None) -> None:
    if role is None or role == user.role:
        return
    _refuse_losing_last_admin(change.session, user)
    user.role = role
    # Access tokens with the old role are rejected everywhere; sessions get new ones.
    log.append(change, log.USER_REVOKED, {"user_id": user.id, "before": isoformat(utcnow())})


def _set_active(change: Transaction, user: User, active: bool | None) -> None:
    if active is None or active == user.active:
        return
    if not active:
        _refuse_losing_last_admin(change.session, user)
        revoke_everything(change, user.id)
    user.active = active


def _refuse_losing_last_admin(session: Session, user: User) -> None:
    if user.role != "admin" or not user.active:
        return
    admins = select(func.count()).select_from(User).where(User.role == "admin", User.active)
    if session.scalar(admins) == 1:
        raise LastAdmin()


def _announce_if_changed(change: Transaction, user: User, before: Profile) -> None:
    if log.profile_of(user) == before:
        return
    user.updated_at = utcnow()
    change.session.flush()
    was_deactivated = before["active"] and not user.active
    kind = log.USER_DEACTIVATED if was_deactivated else log.USER_UPDATED
    log.append_user(change, kind, user)
