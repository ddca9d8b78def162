"""Reads of the ways to log in: links for new passwords, passkeys, identities, second steps."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import exists, func, or_, select

from servicekit.data.pages import page_of, without_surplus
from servicekit.times import utcnow
from users_service import errors
from users_service.context import Context
from users_service.models.people import User
from users_service.models.sign_in import (
    AuthenticatorApp,
    Identity,
    Passkey,
    PasswordReset,
    RecoveryCode,
)
from users_service.schemas.fields import EntryListQuery
from users_service.secret_tokens import secret_hash
from users_service.shapes.sign_in import TwoStep


class SecondSteps(NamedTuple):
    """A person's second steps, which logins need besides or instead of the password."""

    two_step: bool
    passkeys: int


def find_password_reset(context: Context, secret: str) -> tuple[PasswordReset, User]:
    """The link that can still be used, and its person; raises NotFound."""
    wanted = (
        select(PasswordReset, User)
        .join(User, User.id == PasswordReset.user_id)
        .where(
            PasswordReset.token_hash == secret_hash(secret),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > utcnow(),
            or_(PasswordReset.email_key.is_(None), PasswordReset.email_key == User.email_key),
            User.active,
        )
    )
    found = context.db.session().execute(wanted).one_or_none()
    if found is None:
        raise errors.no_such_reset()
    return found.PasswordReset, found.User


def list_passkeys(
    context: Context, user_id: int, query: EntryListQuery
) -> tuple[Sequence[Passkey], bool]:
    """A page of the passkeys, oldest first, and whether there are more."""
    mine = select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)
    found = context.db.session().scalars(page_of(mine, Passkey.id, query)).all()
    return without_surplus(found, query)


def get_passkey(context: Context, user_id: int, passkey_id: int) -> Passkey:
    """Raises NotFound unless it is that person's."""
    wanted = select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id)
    passkey = context.db.session().scalars(wanted).one_or_none()
    if passkey is None:
        raise errors.no_such_passkey()
    return passkey


def list_identities(context: Context, user_id: int) -> Sequence[Identity]:
    """The logins of the provider that open the person's account."""
    mine = select(Identity).where(Identity.user_id == user_id).order_by(Identity.id)
    return context.db.session().scalars(mine).all()


def find_two_step(context: Context, user_id: int) -> TwoStep | None:
    """Since when the person's logins have a second step; None if they have not."""
    app = context.db.session().get(AuthenticatorApp, user_id)
    if app is None or app.confirmed_at is None:
        return None
    left = select(func.count()).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    return {
        "since": app.confirmed_at,
        "recovery_codes_left": context.db.session().scalar(left) or 0,
    }


def second_steps_of(context: Context, ids: Sequence[int]) -> dict[int, SecondSteps]:
    """Whether logins of each person have a second step, and how many passkeys they have."""
    has_app = exists().where(
        AuthenticatorApp.user_id == User.id, AuthenticatorApp.confirmed_at.is_not(None)
    )
    passkeys = select(func.count()).where(Passkey.user_id == User.id).scalar_subquery()
    wanted = select(User.id, has_app, passkeys).where(User.id.in_(ids))
    rows = context.db.session().execute(wanted)
    return {user_id: SecondSteps(two_step, count) for user_id, two_step, count in rows}
