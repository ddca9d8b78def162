"""Accounts: sign up, change, deactivate."""

import structlog
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from servicekit.data.db import Transaction, reading, transaction
from servicekit.identity.feed import USER_CREATED, USER_DEACTIVATED, USER_REVOKED, USER_UPDATED
from servicekit.language import _
from servicekit.times import isoformat, utcnow
from servicekit.web.errors import Invalid
from users_service import audit_log, errors, feed
from users_service.actions.invites import count_use, open_invite
from users_service.actions.mails import queue_confirmation, queue_mail
from users_service.actions.profiles import set_profile
from users_service.actions.recording import log_changes, record_changes
from users_service.actions.revoke import revoke_everything, revoke_sessions, revoke_tokens
from users_service.actions.tokens import add_token
from users_service.caller import Caller
from users_service.context import Context
from users_service.login_guard import count_wrong_password, require_password_try
from users_service.mail_texts import PASSWORD_CHANGED
from users_service.models.invites import Invite
from users_service.models.people import User
from users_service.models.sessions import SCOPES
from users_service.names import comparison_key, no_email_of, search_key
from users_service.passwords import check_password
from users_service.queries.people import has_people
from users_service.queries.place import get_place
from users_service.schemas.people import NewUser, PasswordChange, UserChanges
from users_service.shapes.feed import Profile
from users_service.shapes.values import Role

FIRST_TOKEN = "First token"
audit = structlog.stdlib.get_logger("parley.audit")


def sign_up(context: Context, caller: Caller, new: NewUser) -> tuple[User, str | None]:
    """Create an account and, if wanted, its first API token.

    The very first account needs no permission, and becomes admin.
    """
    if new.role is not None:
        caller.require_admin()
    email = new.email or no_email_of(new.nickname)
    password_hash = _hash_new(context, new.password, new.name, new.nickname, email)
    token = None
    with transaction(context.db) as running:
        feed.lock(running)
        user = add_user(context, running, caller, new, password_hash)
        if new.with_token:
            token, _ = add_token(running, user.id, FIRST_TOKEN, SCOPES, None)
    return user, token


def add_user(
    context: Context,
    running: Transaction,
    caller: Caller,
    new: NewUser,
    password_hash: str | None,
) -> User:
    """Create an account, if registration allows it; the caller holds the feed's lock."""
    now = utcnow()
    user = User(password_hash=password_hash, role="member", created_at=now, updated_at=now)
    is_first = not has_people(context)
    # First, so that closed sign-up does not reveal which names exist.
    invite = None
    if is_first:
        user.role = "admin"
    elif caller.is_admin:
        user.role = new.role or "member"
    else:
        invite = _admitting_invite(context, running, new)
        user.role = invite.role if invite else "member"
    email = new.email or no_email_of(new.nickname)
    _refuse_taken(running.session, None, new.nickname, email)
    _set_names(user, new.name, new.nickname, email)
    running.session.add(user)
    running.session.flush()
    if invite is not None:
        count_use(running, invite, user.id)
    if new.email is not None:
        queue_confirmation(context, running, user)
    feed.append_user(running, context.publisher, USER_CREATED, user)
    about = {"role": user.role, "invite": invite.id if invite else None}
    audit_log.record(running, "account.created", caller.user_id or user.id, user.id, **about)
    audit.info("account made", user_id=user.id, by=caller.user_id, **about)
    return user


def change_user(context: Context, caller: Caller, user_id: int, changes: UserChanges) -> User:
    """Change an account within the rights of `caller`."""
    caller.require_self_or_admin(user_id)
    if changes.role is not None or changes.active is not None:
        caller.require_admin()
    password_hash = None
    if changes.password is not None or changes.current_password is not None:
        about = _check_current_password(context, caller, user_id, changes)
        password_hash = _hash_new(context, changes.password, *about)
    with transaction(context.db) as running:
        feed.lock(running)
        user = _existing(running.session, user_id)
        _refuse_taken(running.session, user_id, changes.nickname, changes.email)
        before = feed.profile_of(user)
        theme_before = user.theme
        _set_names(user, changes.name, changes.nickname, changes.email)
        set_profile(user, changes)
        _set_role(context, running, user, changes.role)
        _set_active(context, running, user, changes.active)
        if password_hash is not None:
            user.password_hash = password_hash
            kept = caller.sid if caller.user_id == user_id else None
            revoke_sessions(context, running, user_id, but=kept)
            if changes.revoke_tokens:
                revoke_tokens(context, running, user_id, but=kept)
            queue_mail(context, running, PASSWORD_CHANGED, user)
        if user.email_key != comparison_key(before["email"]):
            queue_confirmation(context, running, user)
        is_set = theme_before != user.theme
        _announce_if_changed(context, running, user, before, also=is_set)
        record_changes(running, changes, before, user, caller)
    log_changes(changes, before, user, caller)
    return user


def change_password(context: Context, caller: Caller, user_id: int, change: PasswordChange) -> None:
    """Change the caller's own password; ends their other sessions and, if wanted, API tokens."""
    changes = UserChanges(
        password=change.password,
        current_password=change.current_password,
        revoke_tokens=change.revoke_tokens,
    )
    change_user(context, caller, user_id, changes)


def deactivate_user(context: Context, caller: Caller, user_id: int) -> None:
    """End all access to the account; its messages stay and keep its name."""
    caller.require_self_or_admin(user_id)
    with transaction(context.db) as running:
        feed.lock(running)
        user = _existing(running.session, user_id)
        before = feed.profile_of(user)
        _set_active(context, running, user, False)
        _announce_if_changed(context, running, user, before)
        if before["active"]:
            audit_log.record(running, "account.deactivated", caller.user_id, user_id)
    audit.info("account deactivated", user_id=user_id, by=caller.user_id)


def _admitting_invite(context: Context, running: Transaction, new: NewUser) -> Invite | None:
    """The invite of this sign-up, None where none is needed; raises Problem."""
    registration = get_place(context)["registration"]
    if registration == "closed":
        raise errors.signup_closed()
    if new.invite is not None:
        return open_invite(running, new.invite)
    if registration == "invite":
        raise errors.invite_needed()
    return None


def _hash_new(context: Context, password: str | None, *about: str | None) -> str | None:
    if password is None:
        return None
    try:
        check_password(password, *filter(None, about))
    except ValueError as error:
        raise Invalid.field("password", str(error), "password-refused") from None
    return context.passwords.hash(password)


def _check_current_password(
    context: Context, caller: Caller, user_id: int, changes: UserChanges
) -> tuple[str, ...]:
    """Check the current password, which admins do not need for others; returns the names."""
    with reading(context.db):  # hashing takes a while: hold no connection
        user = _existing(context.db.session(), user_id)
        known, about = user.password_hash, (user.name, user.nickname, user.email)
    is_own = caller.user_id == user_id
    if is_own and known is not None and not context.settings.tutorial:
        if changes.current_password is None:
            raise Invalid.field("current_password", _("is needed for a new password"))
        require_password_try(context, caller)
        if not context.passwords.matches(changes.current_password, known):
            count_wrong_password(context, caller)
            audit.warning("wrong current password", user_id=user_id)
            raise errors.wrong_password()
    return about


def _existing(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise errors.no_such_person()
    return user


def _refuse_taken(
    session: Session, user_id: int | None, nickname: str | None, email: str | None
) -> None:
    """Raises Conflict. The caller holds the feed's lock: the names stay free until the commit."""
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
        raise errors.taken(taken)


def _set_names(user: User, name: str | None, nickname: str | None, email: str | None) -> None:
    if name is not None:
        user.name = name
    if nickname is not None:
        user.nickname, user.nickname_key = nickname, comparison_key(nickname)
    user.search_key = search_key(user.name, user.nickname)
    if email is not None:
        if comparison_key(email) != user.email_key:
            user.email_verified_at = None
        user.email, user.email_key = email, comparison_key(email)


def _set_role(context: Context, running: Transaction, user: User, role: Role | None) -> None:
    if role is None or role == user.role:
        return
    _refuse_losing_last_admin(running.session, user)
    user.role = role
    # Access tokens with the old role are rejected everywhere; sessions get new ones.
    feed.append(
        running,
        context.publisher,
        USER_REVOKED,
        {"user_id": user.id, "before": isoformat(utcnow())},
    )


def _set_active(context: Context, running: Transaction, user: User, active: bool | None) -> None:
    if active is None or active == user.active:
        return
    if not active:
        _refuse_losing_last_admin(running.session, user)
        revoke_everything(context, running, user.id)
    user.active = active


def _refuse_losing_last_admin(session: Session, user: User) -> None:
    if user.role != "admin" or not user.active:
        return
    admins = select(func.count()).select_from(User).where(User.role == "admin", User.active)
    if session.scalar(admins) == 1:
        raise errors.last_admin()


def _announce_if_changed(
    context: Context, running: Transaction, user: User, before: Profile, *, also: bool = False
) -> None:
    """Publish a changed profile; `also` for a change of the theme, which is no part of it."""
    if feed.profile_of(user) == before and not also:
        return
    user.updated_at = utcnow()
    running.session.flush()
    was_deactivated = before["active"] and not user.active
    kind = USER_DEACTIVATED if was_deactivated else USER_UPDATED
    feed.append_user(running, context.publisher, kind, user)
