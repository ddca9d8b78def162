"""Addresses are confirmed by a link that only their owner receives."""

from datetime import datetime

import orjson

from servicekit.data.db import Transaction, transaction
from servicekit.identity.feed import USER_UPDATED
from servicekit.times import utcnow
from users_service import audit_log, errors, feed
from users_service.actions.mails import queue_mail
from users_service.caller import Caller
from users_service.context import Context
from users_service.mail_texts import EMAIL_CONFIRMATION
from users_service.models.people import User


def send_confirmation(context: Context, caller: Caller) -> None:
    """Send the caller a link, if one is needed."""
    with transaction(context.db) as running:
        user = running.session.get_one(User, caller.require_person())
        if user.email_verified_at is None:
            queue_mail(context, running, EMAIL_CONFIRMATION, user)


def confirm_email(context: Context, secret: str) -> None:
    """Repeating it changes nothing; raises NotFound for a link that does not work any more."""
    user_id, email_key = _read(context, secret)
    with transaction(context.db) as running:
        feed.lock(running)
        user = running.session.get(User, user_id)
        if user is None or user.email_key != email_key:
            raise errors.no_such_confirmation()
        if user.email_verified_at is None:
            mark_as_confirmed(context, running, user, utcnow())


def mark_as_confirmed(context: Context, running: Transaction, user: User, moment: datetime) -> None:
    """The caller holds the feed's lock."""
    user.email_verified_at = moment
    user.updated_at = moment
    running.session.flush()
    feed.append_user(running, context.publisher, USER_UPDATED, user)
    audit_log.record(running, "email.confirmed", user.id, user.id)


def _read(context: Context, secret: str) -> tuple[int, str]:
    opened = context.sealer.open(secret)
    try:
        purpose, user_id, email_key, end = orjson.loads(opened or "")
    except (ValueError, TypeError):
        raise errors.no_such_confirmation() from None
    if purpose != EMAIL_CONFIRMATION or datetime.fromisoformat(end) < utcnow():
        raise errors.no_such_confirmation()
    return int(user_id), str(email_key)
