"""Logging in with an OpenID Connect provider, and connecting an account with it.

An account is found by issuer and subject. By its e-mail it is found only if both sides have
verified the address: else a stranger who signed up here with somebody's address would get the
person's login, or a stranger at a careless provider the account of the person.
"""

import hmac
import itertools
import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import structlog
from pydantic import ValidationError
from sqlalchemy import delete, select

from servicekit.data.db import Transaction, reading, transaction
from servicekit.times import utcnow
from users_service import audit_log, errors, feed
from users_service.actions.beginning import (
    Access,
    Begun,
    Client,
    SecondStep,
    begin_or_ask,
    has_two_steps,
)
from users_service.actions.challenges import make_challenge, person_of, use_challenge
from users_service.actions.confirming import require_confirmed
from users_service.actions.email_confirmations import mark_as_confirmed
from users_service.actions.sessions import started
from users_service.actions.users import add_user
from users_service.caller import NOBODY, Caller
from users_service.context import Context
from users_service.login_guard import begin_attempt, count_failure
from users_service.models.people import User
from users_service.models.sign_in import Identity, Passkey
from users_service.names import MAX_NICKNAME, comparison_key
from users_service.openid import Claims
from users_service.schemas.people import NewUser
from users_service.schemas.sign_in import ConnectingPassword, FinishedOpenId, StartedOpenId
from users_service.shapes.sign_in import OpenIdStart

LOGIN: Final = "openid"
CONNECT: Final = "openid-connect"
LIFETIME: Final = timedelta(minutes=10)
MAX_NAME: Final = 100
audit = structlog.stdlib.get_logger("parley.audit")


def start(context: Context, caller: Caller | None, wanted: StartedOpenId) -> OpenIdStart:
    """The provider's page for the browser; with a caller, to connect their account."""
    if context.openid.label is None:
        raise errors.no_provider()
    if caller is not None:
        require_confirmed(context, caller)
    data = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "code_verifier")}
    url = context.openid.login_url(**data)
    with transaction(context.db) as running:
        challenge = make_challenge(
            running,
            LOGIN,
            LIFETIME,
            user_id=caller.user_id if caller else None,
            session_id=caller.session_id if caller else None,
            data=data | {"invite": wanted.invite},
        )
    return {"challenge": challenge, "url": url}


def finish(
    context: Context, caller: Caller | None, given: FinishedOpenId, client: Client
) -> tuple[Access, str] | None:
    """The session that begins, or None after connecting the caller's account."""
    with transaction(context.db) as running:
        used = use_challenge(running, given.challenge, LOGIN)
    # It comes back through the browser: another login, of a stranger perhaps, has another one.
    if not hmac.compare_digest(used.data["state"].encode(), given.state.encode()):
        raise errors.provider_refused()
    claims = context.openid.claims_of(given.code, used.data["nonce"], used.data["code_verifier"])
    if used.user_id is not None:
        if caller is None or caller.session_id != used.session_id:
            raise errors.challenge_ended()
        _connect_caller(context, used.user_id, claims)
        return None
    with transaction(context.db) as running:
        feed.lock(running)
        step = _begin(context, running, claims, client, used.data["invite"])
    if isinstance(step, str):
        raise errors.password_to_connect(step)
    return started(context, step)


def finish_with_password(
    context: Context, given: ConnectingPassword, client: Client
) -> tuple[Access, str]:
    """Connect the account with that e-mail, whose password is given; raises Unauthorized."""
    with reading(context.db):
        user_id = person_of(context, given.challenge, CONNECT)
        known = context.db.session().get_one(User, user_id).password_hash
    attempt = begin_attempt(context, "", user_id)
    if not context.passwords.matches(given.password, known):
        count_failure(context, attempt)
        audit.warning("login failed", user_id=user_id, address=client.address)
        raise errors.wrong_login()
    with transaction(context.db) as running:
        feed.lock(running)
        used = use_challenge(running, given.challenge, CONNECT)
        user = running.session.get_one(User, user_id)
        is_same = user.password_hash == known and user.email_key == used.data["email_key"]
        if not user.active or not is_same or has_two_steps(running, user_id):
            raise errors.challenge_ended()  # changed meanwhile
        _connect(context, running, user, Claims(**used.data["claims"]))
        step = begin_or_ask(context, running, user, client)
    return started(context, step)


def disconnect(context: Context, caller: Caller, identity_id: int) -> None:
    """Disconnect a login of the provider from the caller's account."""
    user_id = caller.require_person()
    mine = Identity.id == identity_id, Identity.user_id == user_id
    if context.db.session().scalar(select(Identity.id).where(*mine)) is None:
        return
    require_confirmed(context, caller)
    with transaction(context.db) as running:
        feed.lock(running)
        user = running.session.get_one(User, user_id)
        others = select(Identity.id).where(Identity.user_id == user_id, Identity.id != identity_id)
        passkeys = select(Passkey.id).where(Passkey.user_id == user_id)
        ways = [running.session.scalar(each.limit(1)) for each in (others, passkeys)]
        if user.password_hash is None and not any(ways):
            raise errors.last_way_in()
        running.session.execute(delete(Identity).where(*mine))
        audit_log.record(running, "identity.removed", user_id)
    audit.info("identity removed", user_id=user_id, identity_id=identity_id)


def _begin(
    context: Context, running: Transaction, claims: Claims, client: Client, invite: str | None
) -> Begun | SecondStep | str:
    """A session; or the challenge with which a password connects the account."""
    identity = _find(running, claims)
    if identity is not None:
        user = running.session.get_one(User, identity.user_id)
        identity.last_used_at, identity.email = utcnow(), claims.email
        if not user.active:
            raise errors.wrong_login()
        return begin_or_ask(context, running, user, client)
    if claims.email is None:
        raise errors.no_email_from_provider()
    key = comparison_key(claims.email)
    known = running.session.scalars(select(User).where(User.email_key == key)).one_or_none()
    if known is None:
        known = _sign_up(context, running, claims, claims.email, invite)
    elif challenge := _require_same_person(running, known, claims):
        return challenge
    _connect(context, running, known, claims)
    return begin_or_ask(context, running, known, client)


def _require_same_person(running: Transaction, known: User, claims: Claims) -> str | None:
    """None if both sides have verified the e-mail; else a challenge to answer with a password."""
    if not claims.is_email_verified:
        raise errors.email_not_verified()
    if not known.active or known.role == "bot":
        raise errors.wrong_login()
    if has_two_steps(running, known.id):
        raise errors.connect_in_settings()  # only after the second step
    if known.email_verified_at is not None:
        return None
    if known.password_hash is None:
        raise errors.connect_in_settings()
    data: dict[str, Any] = {
        "email_key": known.email_key,
        "claims": {name: getattr(claims, name) for name in Claims.__slots__},
    }
    return make_challenge(running, CONNECT, LIFETIME, user_id=known.id, data=data)


def _connect_caller(context: Context, user_id: int, claims: Claims) -> None:
    with transaction(context.db) as running:
        feed.lock(running)
        identity = _find(running, claims)
        if identity is None:
            _connect(context, running, running.session.get_one(User, user_id), claims)
        elif identity.user_id != user_id:
            raise errors.identity_taken()


def _connect(context: Context, running: Transaction, user: User, claims: Claims) -> None:
    now = utcnow()
    is_its_email = claims.email is not None and comparison_key(claims.email) == user.email_key
    if claims.is_email_verified and is_its_email and user.email_verified_at is None:
        mark_as_confirmed(context, running, user, now)
    running.session.add(
        Identity(
            user_id=user.id,
            issuer=claims.issuer,
            subject=claims.subject,
            email=claims.email,
            created_at=now,
            last_used_at=now,
        )
    )
    audit_log.record(running, "identity.added", user.id)
    audit.info("identity added", user_id=user.id, issuer=claims.issuer)


def _find(running: Transaction, claims: Claims) -> Identity | None:
    same = Identity.issuer == claims.issuer, Identity.subject == claims.subject
    return running.session.scalars(select(Identity).where(*same)).one_or_none()


def _sign_up(
    context: Context, running: Transaction, claims: Claims, email: str, invite: str | None
) -> User:
    for nickname in _nicknames(claims, email):
        key = comparison_key(nickname)
        if running.session.scalar(select(User.id).where(User.nickname_key == key)) is not None:
            continue
        name = claims.name[:MAX_NAME] or nickname
        try:
            new = NewUser(
                name=name, email=email, nickname=nickname, invite=invite, with_token=False
            )
        except ValidationError:
            continue
        return add_user(context, running, NOBODY, new, None)
    raise errors.no_email_from_provider()  # an invalid address


def _nicknames(claims: Claims, email: str) -> Iterator[str]:
    """Possible nicknames of the account, the best first."""
    for wish in (claims.nickname, email.partition("@")[0], claims.name):
        plain = re.sub(r"[^\w.-]+", ".", wish).strip("._-")[: MAX_NICKNAME - 4]
        if plain:
            yield plain
            yield from (f"{plain}{number}" for number in range(2, 100))
    yield from (f"person{number}" for number in itertools.islice(itertools.count(1), 1000))
