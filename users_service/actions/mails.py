"""E-mails to people: stored with the change that they are about, and sent after it."""

import logging
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import delete, select, update

from servicekit.data.db import Transaction, transaction
from servicekit.language import speaking
from servicekit.mail import NotSent, Undeliverable
from servicekit.times import utcnow
from servicekit.web.json import dumps
from users_service.context import Context
from users_service.mail_texts import (
    EMAIL_CONFIRMATION,
    PASSWORD_RESET_LINK,
    Text,
    confirmation_text,
    notice_text,
    reset_text,
    write_mail,
)
from users_service.models.mails import Mail
from users_service.models.people import User
from users_service.models.sign_in import PasswordReset
from users_service.secret_tokens import PASSWORD_RESET, new_secret, secret_hash

LINK_LIFETIME: Final = timedelta(hours=1)
CONFIRMATION_LIFETIME: Final = timedelta(days=7)
LEASE: Final = timedelta(minutes=2)
"""After a process has died, the next attempt."""
FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(minutes=10)
GIVEN_UP_AFTER: Final = timedelta(days=1)
AT_ONCE: Final = 50
log = logging.getLogger(__name__)
audit = structlog.stdlib.get_logger("parley.audit")


def queue_mail(context: Context, running: Transaction, kind: str, user: User) -> None:
    """Queue an e-mail, which is sent after this transaction. Does nothing without a mail server."""
    if context.mailer.is_on:
        running.session.add(Mail(kind=kind, user_id=user.id))


def queue_confirmation(context: Context, running: Transaction, user: User) -> None:
    """Send a link to a new address, where addresses have to be confirmed."""
    if context.mailer.confirmed_only:
        queue_mail(context, running, EMAIL_CONFIRMATION, user)


def send_due(context: Context) -> None:
    """Send due e-mails; any number of processes may do this.

    After a crash between sending and deleting an e-mail is sent twice.
    """
    due = select(Mail.id).where(Mail.due_at <= utcnow()).order_by(Mail.due_at).limit(AT_ONCE)
    for mail_id in context.db.session().scalars(due).all():
        mail = _claim(context, mail_id)
        if mail is not None:
            _send(context, mail)


def _claim(context: Context, mail_id: int) -> Mail | None:
    """The e-mail, if no other process has taken it."""
    now = utcnow()
    with transaction(context.db) as running:
        mine = update(Mail).where(Mail.id == mail_id, Mail.due_at <= now)
        values = {"due_at": now + LEASE, "attempts": Mail.attempts + 1}
        return running.session.scalars(mine.values(values).returning(Mail)).one_or_none()


def _send(context: Context, mail: Mail) -> None:
    user = _recipient(context, mail)
    if user is not None:
        with speaking(user.language or mail.language):
            url = context.settings.public_url.rstrip("/")
            text = _text(context, mail, user, url)
            message = write_mail(context.mailer.sender, url, user, text)
        try:
            context.mailer.send(message)
        except Undeliverable as error:
            log.warning("user %s has an e-mail address that is refused: %s", user.id, error)
        except NotSent as error:
            log.warning("the e-mail %s to user %s was not sent: %s", mail.kind, user.id, error)
            if mail.created_at > utcnow() - GIVEN_UP_AFTER:
                _try_later(context, mail)
                return
    with transaction(context.db) as running:
        running.session.execute(delete(Mail).where(Mail.id == mail.id))


def _recipient(context: Context, mail: Mail) -> User | None:
    of = User.id == mail.user_id if mail.user_id is not None else User.email_key == mail.email_key
    wanted = select(User).where(of, User.role != "bot")
    if mail.kind == PASSWORD_RESET_LINK:
        wanted = wanted.where(User.active)
        if context.mailer.confirmed_only:
            # A stranger whose address was typed by mistake must not take the account over.
            wanted = wanted.where(User.email_verified_at.is_not(None))
    if mail.kind == EMAIL_CONFIRMATION:
        wanted = wanted.where(User.active, User.email_verified_at.is_(None))
    return context.db.session().scalars(wanted).one_or_none()


def _text(context: Context, mail: Mail, user: User, url: str) -> Text:
    if mail.kind == PASSWORD_RESET_LINK:
        return reset_text(url, f"{url}/reset/{_make_link(context, user, utcnow())}")
    if mail.kind == EMAIL_CONFIRMATION:
        return confirmation_text(url, f"{url}/confirm-email/{confirmation_secret(context, user)}")
    return notice_text(mail.kind, url)


def confirmation_secret(context: Context, user: User) -> str:
    """Names the person and the address, and is encrypted: nothing has to be stored."""
    end = utcnow() + CONFIRMATION_LIFETIME
    return context.sealer.seal(dumps([EMAIL_CONFIRMATION, user.id, user.email_key, end]))


def _make_link(context: Context, user: User, now: datetime) -> str:
    """A secret of its own for each attempt: only hashes are stored."""
    secret = new_secret(PASSWORD_RESET)
    with transaction(context.db) as running:
        running.session.add(
            PasswordReset(
                token_hash=secret_hash(secret),
                user_id=user.id,
                email_key=user.email_key,
                created_at=now,
                expires_at=now + LINK_LIFETIME,
            )
        )
    audit.info("password reset sent", user_id=user.id)
    return secret


def _try_later(context: Context, mail: Mail) -> None:
    pause = min(FIRST_PAUSE * 2 ** min(mail.attempts - 1, 10), LONGEST_PAUSE)
    with transaction(context.db) as running:
        mine = update(Mail).where(Mail.id == mail.id)
        running.session.execute(mine.values(due_at=utcnow() + pause))
