"""Password resets: a link by e-mail or from an administrator, used once."""

from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import delete

from servicekit.data.db import reading, transaction
from servicekit.language import current_language
from servicekit.times import utcnow
from servicekit.web.errors import Invalid
from users_service import audit_log, errors, feed
from users_service.actions.mails import queue_mail
from users_service.actions.revoke import revoke_sessions, revoke_tokens
from users_service.caller import Caller
from users_service.context import Context
from users_service.mail_texts import PASSWORD_CHANGED, PASSWORD_RESET_LINK
from users_service.models.mails import Mail
from users_service.models.people import User
from users_service.models.sign_in import PasswordReset
from users_service.names import comparison_key
from users_service.passwords import check_password
from users_service.queries.sign_in import find_password_reset
from users_service.secret_tokens import PASSWORD_RESET, new_secret, secret_hash

LIFETIME: Final = timedelta(days=1)
audit = structlog.stdlib.get_logger("parley.audit")


def make_password_reset(
    context: Context, caller: Caller, user_id: int
) -> tuple[str, PasswordReset, User]:
    """Create a link for an active person; returns its secret, which is not stored. For admins.

    It replaces the person's earlier links. Raises NotFound.
    """
    caller.require_admin()
    return add_password_reset(context, user_id, caller.require_person())


def add_password_reset(
    context: Context, user_id: int, created_by: int | None
) -> tuple[str, PasswordReset, User]:
    """Create a link for the command line, which has no caller."""
    secret, now = new_secret(PASSWORD_RESET), utcnow()
    with transaction(context.db) as running:
        user = running.session.get(User, user_id)
        if user is None or not user.active:
            raise errors.no_such_person()
        running.session.execute(delete(PasswordReset).where(PasswordReset.user_id == user_id))
        reset = PasswordReset(
            token_hash=secret_hash(secret),
            user_id=user_id,
            created_by=created_by,
            created_at=now,
            expires_at=now + LIFETIME,
        )
        running.session.add(reset)
        audit_log.record(running, "password-reset.created", created_by, user_id)
    audit.info("password reset made", user_id=user_id, by=created_by)
    return secret, reset, user


def request_password_reset(context: Context, email: str) -> None:
    """Have a link sent to the person with this e-mail.

    Whether there is one is looked up later, so that the answer takes the same time.
    """
    with transaction(context.db) as running:
        language = current_language().tag
        mail = Mail(kind=PASSWORD_RESET_LINK, email_key=comparison_key(email), language=language)
        running.session.add(mail)


def use_password_reset(context: Context, secret: str, password: str) -> None:
    """Set the password, and end the person's sessions and API tokens; raises NotFound, Invalid."""
    with reading(context.db):  # hashing takes a while: hold no connection
        _, user = find_password_reset(context, secret)
        about = user.name, user.nickname, user.email
    try:
        check_password(password, *about)
    except ValueError as error:
        raise Invalid.field("password", str(error), "password-refused") from None
    password_hash = context.passwords.hash(password)
    with transaction(context.db) as running:
        feed.lock(running)  # first, as everywhere; the link is used by one request only
        reset, user = find_password_reset(context, secret)
        reset.used_at = utcnow()
        user.password_hash = password_hash
        others = PasswordReset.user_id == user.id, PasswordReset.id != reset.id
        running.session.execute(delete(PasswordReset).where(*others))
        revoke_sessions(context, running, user.id)
        revoke_tokens(context, running, user.id)
        queue_mail(context, running, PASSWORD_CHANGED, user)
        audit_log.record(running, "password-reset.used", user.id, user.id)
    audit.info("password reset used", user_id=user.id, by=reset.created_by)
