"""Passkeys (WebAuthn): making them, and logging in with them."""

import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import delete, func, select

from servicekit.data.db import reading, transaction
from servicekit.times import utcnow
from users_service import audit_log, errors, feed
from users_service.actions.beginning import SECOND_STEP, Access, Client, begin
from users_service.actions.challenges import (
    UsedChallenge,
    make_challenge,
    person_of,
    use_challenge,
)
from users_service.actions.confirming import require_confirmed
from users_service.actions.mails import queue_mail
from users_service.actions.sessions import started
from users_service.caller import Caller
from users_service.context import Context
from users_service.mail_texts import PASSKEY_ADDED, PASSKEY_REMOVED
from users_service.models.people import User
from users_service.models.sign_in import Passkey
from users_service.queries.sign_in import get_passkey
from users_service.relying_party import RelyingParty, relying_party
from users_service.schemas.sign_in import NewPasskey, NewSessionWithPasskey, PasskeyChanges
from users_service.shapes.sign_in import PasskeyChallenge

if TYPE_CHECKING:
    from webauthn.authentication.verify_authentication_response import VerifiedAuthentication

MAKING: Final = "new-passkey"
LOGIN: Final = "passkey"
LIFETIME: Final = timedelta(minutes=5)
MAX_PASSKEYS: Final = 20
audit = structlog.stdlib.get_logger("parley.audit")


def start(context: Context, caller: Caller) -> PasskeyChallenge:
    """A challenge with which the browser makes a passkey."""
    import webauthn  # takes a third of a second, which the start of the service does not need
    from webauthn.helpers import structs

    user_id = caller.require_person()
    require_confirmed(context, caller)
    party = _require_party(context)
    with transaction(context.db) as running:
        user = running.session.get_one(User, user_id)
        known = running.session.scalars(
            select(Passkey.credential_id).where(Passkey.user_id == user_id)
        ).all()
        if len(known) >= MAX_PASSKEYS:
            raise errors.too_many_passkeys(MAX_PASSKEYS)
        options = webauthn.generate_registration_options(
            rp_id=party.id,
            rp_name="Parley",
            user_id=_handle(user_id),
            user_name=user.nickname,
            user_display_name=user.name,
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                structs.PublicKeyCredentialDescriptor(id=_decoded(each)) for each in known
            ],
        )
        challenge = make_challenge(
            running,
            MAKING,
            LIFETIME,
            user_id=user_id,
            session_id=caller.session_id,
            data={"challenge": _encoded(options.challenge)},
        )
    return {"challenge": challenge, "options": json.loads(webauthn.options_to_json(options))}


def add(context: Context, caller: Caller, new: NewPasskey) -> Passkey:
    """Store the passkey that the browser has made; raises Unauthorized, Invalid."""
    import webauthn

    user_id = caller.require_person()
    require_confirmed(context, caller)
    party = _require_party(context)
    with transaction(context.db) as running:
        used = use_challenge(running, new.challenge, MAKING)
    if (used.user_id, used.session_id) != (user_id, caller.session_id):
        raise errors.challenge_ended()
    with _refusing(errors.bad_passkey):
        verified = webauthn.verify_registration_response(
            credential=new.credential,
            expected_challenge=_decoded(used.data["challenge"]),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    passkey = Passkey(
        user_id=user_id,
        name=new.name,
        credential_id=_encoded(verified.credential_id),
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        created_at=utcnow(),
    )
    with transaction(context.db) as running:
        feed.lock(running)
        same = Passkey.credential_id == passkey.credential_id
        if running.session.scalar(select(Passkey.id).where(same)) is not None:
            raise errors.bad_passkey()
        mine = select(func.count()).where(Passkey.user_id == user_id)
        if (running.session.scalar(mine) or 0) >= MAX_PASSKEYS:
            raise errors.too_many_passkeys(MAX_PASSKEYS)
        running.session.add(passkey)
        audit_log.record(running, "passkey.added", user_id)
        queue_mail(context, running, PASSKEY_ADDED, running.session.get_one(User, user_id))
    audit.info("passkey added", user_id=user_id, passkey_id=passkey.id)
    return passkey


def rename(context: Context, caller: Caller, passkey_id: int, changes: PasskeyChanges) -> Passkey:
    """Raises NotFound."""
    with transaction(context.db):
        passkey = get_passkey(context, caller.require_person(), passkey_id)
        passkey.name = changes.name
    return passkey


def remove(context: Context, caller: Caller, passkey_id: int) -> None:
    """Delete a passkey of the caller, if it is there."""
    user_id = caller.require_person()
    mine = Passkey.id == passkey_id, Passkey.user_id == user_id
    if context.db.session().scalar(select(Passkey.id).where(*mine)) is None:
        return
    require_confirmed(context, caller)
    with transaction(context.db) as running:
        running.session.execute(delete(Passkey).where(*mine))
        audit_log.record(running, "passkey.removed", user_id)
        queue_mail(context, running, PASSKEY_REMOVED, running.session.get_one(User, user_id))
    audit.info("passkey removed", user_id=user_id, passkey_id=passkey_id)


def ask(context: Context, second_step: str | None) -> PasskeyChallenge:
    """A challenge for a login with any passkey, or with one of the person whose login lacks its
    second step.
    """
    import webauthn
    from webauthn.helpers import structs

    party = _require_party(context)
    user_id, allowed = None, []
    with reading(context.db):
        if second_step is not None:
            user_id = person_of(context, second_step, SECOND_STEP)
            mine = select(Passkey.credential_id).where(Passkey.user_id == user_id)
            allowed = [
                structs.PublicKeyCredentialDescriptor(id=_decoded(each))
                for each in context.db.session().scalars(mine)
            ]
    required = structs.UserVerificationRequirement.REQUIRED
    preferred = structs.UserVerificationRequirement.PREFERRED
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        allow_credentials=allowed or None,
        user_verification=required if user_id is None else preferred,
    )
    with transaction(context.db) as running:
        data = {"challenge": _encoded(options.challenge)}
        challenge = make_challenge(running, LOGIN, LIFETIME, user_id=user_id, data=data)
    return {"challenge": challenge, "options": json.loads(webauthn.options_to_json(options))}


def log_in(context: Context, given: NewSessionWithPasskey, client: Client) -> tuple[Access, str]:
    """Start a session with a passkey; raises Unauthorized."""
    party = _require_party(context)
    with transaction(context.db) as running:
        challenge = use_challenge(running, given.challenge, LOGIN)
    with reading(context.db):
        passkey = _find(context, given.credential, challenge)
        passkey_id, user_id, old_count = passkey.id, passkey.user_id, passkey.sign_count
        verified = _verify(party, given.credential, challenge, passkey)
    now = utcnow()
    with transaction(context.db) as running:
        feed.lock(running)
        user = running.session.get_one(User, user_id)
        used = running.session.get(Passkey, passkey_id)
        if used is None or not user.active or used.sign_count != old_count:
            raise errors.unknown_passkey()  # removed, or used at the same time
        used.sign_count, used.last_used_at = verified.new_sign_count, now
        begun = begin(context, running, user, client)
    return started(context, begun)


def _find(context: Context, credential: dict[str, Any], challenge: UsedChallenge) -> Passkey:
    wanted = (
        select(Passkey)
        .join(User, User.id == Passkey.user_id)
        .where(Passkey.credential_id == str(credential.get("id")), User.active)
    )
    passkey = context.db.session().scalars(wanted).one_or_none()
    if passkey is None or challenge.user_id not in (None, passkey.user_id):
        raise errors.unknown_passkey()
    response = credential.get("response")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    if handle and handle != _encoded(_handle(passkey.user_id)):
        raise errors.unknown_passkey()
    return passkey


def _verify(
    party: RelyingParty, credential: dict[str, Any], challenge: UsedChallenge, passkey: Passkey
) -> "VerifiedAuthentication":
    import webauthn

    with _refusing(errors.unknown_passkey, user_id=passkey.user_id, passkey_id=passkey.id):
        return webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=_decoded(challenge.data["challenge"]),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            # As the second step it comes after a password, so a touch is enough.
            require_user_verification=challenge.user_id is None,
        )


@contextmanager
def _refusing(problem: Any, **about: object) -> Iterator[None]:
    """Raise `problem` for an invalid credential, which several libraries read."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from webauthn.helpers.exceptions import WebAuthnException

    broken = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, struct.error)
    try:
        yield
    except (WebAuthnException, UnsupportedAlgorithm, *broken) as error:
        audit.warning("passkey refused", reason=str(error)[:200], **about)
        raise problem() from error


def _require_party(context: Context) -> RelyingParty:
    party = relying_party(context.settings.public_url)
    if party is None:
        raise errors.no_passkeys_here()
    return party


def _handle(user_id: int) -> bytes:
    """How authenticators name the account; it is not secret, and no personal data."""
    return f"parley-{user_id}".encode()


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
