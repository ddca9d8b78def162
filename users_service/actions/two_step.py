"""The second step of a login: codes of an authenticator app (RFC 6238), and recovery codes."""

import hmac
from typing import Final
from urllib.parse import urlsplit

import structlog
from sqlalchemy import delete, select, update

from servicekit.data.db import Transaction, transaction
from servicekit.times import utcnow
from users_service import audit_log, errors, feed
from users_service.actions.confirming import require_confirmed
from users_service.actions.mails import queue_mail
from users_service.actions.revoke import revoke_sessions
from users_service.caller import Caller
from users_service.context import Context
from users_service.mail_texts import TWO_STEP_OFF, TWO_STEP_ON
from users_service.models.people import User
from users_service.models.sign_in import AuthenticatorApp, Passkey, RecoveryCode
from users_service.secret_tokens import new_recovery_code, plain_code, secret_hash
from users_service.shapes.sign_in import NewAuthenticatorApp

STEP_SECONDS: Final = 30
DRIFT: Final = 1
"""Steps that the clock of a phone may be early or late."""
DIGITS: Final = 6
RECOVERY_CODES: Final = 10
audit = structlog.stdlib.get_logger("parley.audit")


def start(context: Context, caller: Caller) -> NewAuthenticatorApp:
    """Make the secret that the app gets; the second step begins with `confirm`."""
    import pyotp  # takes a tenth of a second, which the start of the service does not need
    import segno

    user_id = caller.require_person()
    require_confirmed(context, caller)
    secret = pyotp.random_base32()
    with transaction(context.db) as running:
        feed.lock(running)
        app = running.session.get(AuthenticatorApp, user_id)
        if app is not None and app.confirmed_at is not None:
            raise errors.two_step_is_on()
        if app is not None:
            running.session.delete(app)
            running.session.flush()
        sealed = context.sealer.seal(secret)
        running.session.add(AuthenticatorApp(user_id=user_id, sealed_secret=sealed))
        nickname = running.session.get_one(User, user_id).nickname
    issuer = f"Parley {urlsplit(context.settings.public_url).hostname}"
    uri = pyotp.TOTP(secret).provisioning_uri(name=nickname, issuer_name=issuer)
    drawn = segno.make(uri, error="m").svg_inline(scale=4, dark="#000", light="#fff")
    return {"secret": secret, "uri": uri, "qr_svg": drawn}


def confirm(context: Context, caller: Caller, code: str) -> list[str]:
    """Turn the second step on with a first code of the app; returns the recovery codes."""
    user_id = caller.require_person()
    require_confirmed(context, caller)
    context.throttle.require(context.settings.rate_account_logins, "first-code", str(user_id))
    with transaction(context.db) as running:
        feed.lock(running)
        app = running.session.get(AuthenticatorApp, user_id)
        if app is None:
            raise errors.two_step_not_started()
        if app.confirmed_at is not None:
            raise errors.two_step_is_on()
        is_right = _accept_app_code(context, running, app, plain_code(code))
        codes = []
        if is_right:
            app.confirmed_at = utcnow()
            codes = _renew_codes(running, user_id)
            audit_log.record(running, "two-step.enabled", user_id)
            queue_mail(context, running, TWO_STEP_ON, running.session.get_one(User, user_id))
    if not is_right:
        context.throttle.count(context.settings.rate_account_logins, "first-code", str(user_id))
        raise errors.wrong_first_code()
    audit.info("two-step login turned on", user_id=user_id)
    return codes


def renew_recovery_codes(context: Context, caller: Caller) -> list[str]:
    """New recovery codes; the earlier ones stop working."""
    user_id = caller.require_person()
    require_confirmed(context, caller)
    with transaction(context.db) as running:
        feed.lock(running)
        app = running.session.get(AuthenticatorApp, user_id)
        if app is None or app.confirmed_at is None:
            raise errors.two_step_not_started()
        codes = _renew_codes(running, user_id)
    audit.info("recovery codes renewed", user_id=user_id)
    return codes


def turn_off(context: Context, caller: Caller) -> None:
    """Turn the second step of the caller's logins off."""
    user_id = caller.require_person()
    if context.db.session().get(AuthenticatorApp, user_id) is None:
        return
    require_confirmed(context, caller)
    with transaction(context.db) as running:
        feed.lock(running)
        _remove(context, running, user_id)
        audit_log.record(running, "two-step.disabled", user_id)
    audit.info("two-step login turned off", user_id=user_id)


def turn_off_for(context: Context, caller: Caller, user_id: int) -> None:
    """Remove second step and passkeys of a person who lost the device; end their sessions.

    For admins.
    """
    caller.require_admin()
    with transaction(context.db) as running:
        feed.lock(running)
        if running.session.get(User, user_id) is None:
            raise errors.no_such_person()
        passkeys = delete(Passkey).where(Passkey.user_id == user_id).returning(Passkey.id)
        has_passkeys = bool(running.session.execute(passkeys).all())
        if _remove(context, running, user_id) or has_passkeys:
            revoke_sessions(context, running, user_id)
            audit_log.record(running, "two-step.disabled", caller.user_id, user_id)
            audit.info("two-step login removed", user_id=user_id, by=caller.user_id)


def accept_code(context: Context, running: Transaction, user_id: int, typed: str) -> bool:
    """Whether the code is valid, the app's or a recovery code; each is accepted once."""
    code = plain_code(typed)
    if len(code) == DIGITS and code.isascii() and code.isdecimal():
        app = running.session.get(AuthenticatorApp, user_id)
        return app is not None and _accept_app_code(context, running, app, code)
    used = (
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == secret_hash(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=utcnow())
        .returning(RecoveryCode.id)
    )
    is_right = running.session.execute(used).one_or_none() is not None
    if is_right:
        audit.info("recovery code used", user_id=user_id)
    return is_right


def reseal(context: Context) -> None:
    """Encrypt with the current secret what was encrypted with the former one."""
    for app in context.db.session().scalars(select(AuthenticatorApp)).all():
        renewed = context.sealer.renew(app.sealed_secret)
        if renewed is None:
            continue
        with transaction(context.db) as running:
            mine = update(AuthenticatorApp).where(
                AuthenticatorApp.user_id == app.user_id,
                AuthenticatorApp.sealed_secret == app.sealed_secret,
            )
            running.session.execute(mine.values(sealed_secret=renewed))


def _accept_app_code(
    context: Context, running: Transaction, app: AuthenticatorApp, code: str
) -> bool:
    """Whether it is the code of this moment, and later than the last one that was accepted."""
    import pyotp

    secret = context.sealer.open(app.sealed_secret)
    if secret is None:
        audit.error("sealed with another SERVICE_SECRET", user_id=app.user_id)
        return False
    totp, current = pyotp.TOTP(secret), int(utcnow().timestamp()) // STEP_SECONDS
    for step in range(current - DRIFT, current + DRIFT + 1):
        is_new = step > app.last_step
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()) and is_new:
            app.last_step = step
            running.session.flush()
            return True
    return False


def _renew_codes(running: Transaction, user_id: int) -> list[str]:
    running.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    running.session.add_all(
        RecoveryCode(user_id=user_id, code_hash=secret_hash(plain_code(code))) for code in codes
    )
    return codes


def _remove(context: Context, running: Transaction, user_id: int) -> bool:
    """Whether the person had a second step, or had started to set it up."""
    of = AuthenticatorApp.user_id == user_id
    removed = delete(AuthenticatorApp).where(of).returning(AuthenticatorApp.confirmed_at)
    row = running.session.execute(removed).one_or_none()
    running.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    if row is not None and row.confirmed_at is not None:
        queue_mail(context, running, TWO_STEP_OFF, running.session.get_one(User, user_id))
    return row is not None
