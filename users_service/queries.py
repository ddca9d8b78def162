"""Reads: people, sessions, tokens, invites, and the feed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, tuple_

from servicekit.data.pages import page_of, without_surplus
from servicekit.times import utcnow
from users_service import errors
from users_service.context import Context
from users_service.feed import REVOCATION_LIFETIME, REVOCATIONS
from users_service.models import (
    ApiToken,
    AuditEntry,
    AuthenticatorApp,
    Avatar,
    FeedEntry,
    FeedHead,
    Identity,
    Invite,
    InviteUse,
    Passkey,
    PasswordReset,
    Place,
    PlaceIcon,
    RecoveryCode,
    User,
    UserSession,
)
from users_service.names import comparison_key, search_key
from users_service.schemas import MAX_ID, AuditQuery, EntryListQuery, InviteListQuery, UserListQuery
from users_service.secret_tokens import secret_hash
from users_service.shapes import FeedPage, PlaceSettings, TwoStep

FROM_NOW = -1
PLACE_ID = 1


class SecondSteps(NamedTuple):
    """What a person needs to log in beside the password, or in place of it."""

    two_step: bool
    passkeys: int


def get_user(context: Context, user_id: int) -> User:
    """Raises NotFound."""
    user = context.db.session().get(User, user_id)
    if user is None:
        raise errors.no_such_person()
    return user


def list_users(
    context: Context, query: UserListQuery, only: Sequence[int] | None = None
) -> tuple[Sequence[User], bool]:
    """A page of people by id, and whether there are more.

    Without `ids` or `inactive`, active accounts only.
    `only` are the ids of the people that the caller may see; None means all.
    """
    people = select(User).order_by(User.id)
    if only is not None:
        people = people.where(User.id.in_(only))
    if query.ids is not None:
        people = people.where(User.id.in_([id_ for id_ in query.ids if id_ <= MAX_ID]))
    elif not query.inactive:
        people = people.where(User.active)
    if query.q:
        people = people.where(_is_called_like(query.q))
    if query.role is not None:
        people = people.where(User.role == query.role)
    found = context.db.session().scalars(page_of(people, User.id, query)).all()
    return without_surplus(found, query)


def get_by_nickname(context: Context, nickname: str) -> User:
    """Raises NotFound."""
    wanted = select(User).where(User.nickname_key == comparison_key(nickname))
    user = context.db.session().scalars(wanted).one_or_none()
    if user is None:
        raise errors.no_such_person()
    return user


def find_by_login(context: Context, login: str) -> User | None:
    """The person with this nickname or email. A nickname has no `@`, so it is never both."""
    key = comparison_key(login)
    column = User.email_key if "@" in key else User.nickname_key
    return context.db.session().scalars(select(User).where(column == key)).one_or_none()


def list_sessions(
    context: Context, user_id: int, query: EntryListQuery
) -> tuple[Sequence[UserSession], bool]:
    """A page of the live sessions, latest used first, and whether there are more."""
    sessions = _live_sessions(context, user_id)
    if query.before is not None:
        sessions = sessions.where(_use < _use_of(query.before))
    if query.after is not None:
        sessions = sessions.where(_use > _use_of(query.after))
    sessions = sessions.order_by(UserSession.last_used_at.desc(), UserSession.id.desc())
    found = context.db.session().scalars(sessions.limit(query.limit + 1)).all()
    return without_surplus(found, query)


def get_session(context: Context, user_id: int, session_id: int) -> UserSession:
    """Raises NotFound unless it is live, and that person's."""
    wanted = _live_sessions(context, user_id).where(UserSession.id == session_id)
    session = context.db.session().scalars(wanted).one_or_none()
    if session is None:
        raise errors.no_such_session()
    return session


def idle_limit(context: Context, now: datetime) -> datetime:
    """Sessions last used before this time have ended."""
    return now - timedelta(seconds=context.settings.session_idle_seconds)


def list_tokens(
    context: Context, user_id: int, query: EntryListQuery
) -> tuple[Sequence[ApiToken], bool]:
    """A page of the valid tokens, oldest first, and whether there are more."""
    tokens = page_of(_valid_tokens(user_id).order_by(ApiToken.id), ApiToken.id, query)
    return without_surplus(context.db.session().scalars(tokens).all(), query)


def get_token(context: Context, user_id: int, token_id: int) -> ApiToken:
    """Raises NotFound unless it is valid, and that person's."""
    wanted = _valid_tokens(user_id).where(ApiToken.id == token_id)
    token = context.db.session().scalars(wanted).one_or_none()
    if token is None:
        raise errors.no_such_token()
    return token


def list_invites(context: Context, query: InviteListQuery) -> tuple[Sequence[Invite], bool]:
    """A page of the open or the ended invites, oldest first, and whether there are more."""
    wanted = select(Invite).where(~_is_open()) if query.ended else open_invites()
    invites = page_of(wanted.order_by(Invite.id), Invite.id, query)
    return without_surplus(context.db.session().scalars(invites).all(), query)


def people_by_invite(context: Context, invites: Sequence[Invite]) -> dict[int, list[int]]:
    """The ids of the people who came by each of these invites."""
    wanted = InviteUse.invite_id.in_([invite.id for invite in invites])
    found: dict[int, list[int]] = {invite.id: [] for invite in invites}
    for use in context.db.session().scalars(select(InviteUse).where(wanted)):
        found[use.invite_id].append(use.user_id)
    return found


def get_invite(context: Context, invite_id: int) -> Invite:
    """Raises NotFound; one that has ended is found for ninety days."""
    invite = context.db.session().get(Invite, invite_id)
    if invite is None:
        raise errors.no_such_invite()
    return invite


def is_open_invite(context: Context, secret: str) -> bool:
    """Whether the invite of that secret can be used."""
    wanted = open_invites().where(Invite.token_hash == secret_hash(secret))
    return context.db.session().scalars(wanted).one_or_none() is not None


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


def open_invites() -> Select[Invite]:
    """The invites that can still be used."""
    return select(Invite).where(_is_open())


def get_place(context: Context) -> PlaceSettings:
    """The place's settings: those that admins have set, else those of the environment."""
    row = context.db.session().get(Place, PLACE_ID)
    digest = row.icon_digest if row else None
    return {
        "place_name": (row and row.name) or context.settings.place_name,
        "registration": (row and row.registration) or context.settings.registration,
        "icon_url": f"/api/settings/icon?v={digest}" if digest else None,
        "next_steps_dismissed": row is not None and row.next_steps_dismissed,
    }


def get_icon(context: Context) -> bytes:
    """The place's icon; raises NotFound."""
    icon = context.db.session().get(PlaceIcon, PLACE_ID)
    if icon is None:
        raise errors.no_icon()
    return icon.content


def list_audit(context: Context, query: AuditQuery) -> tuple[Sequence[AuditEntry], bool]:
    """A page of the audit log, latest first, and whether there are more."""
    entries = select(AuditEntry).order_by(AuditEntry.id.desc())
    if query.actor_id is not None:
        entries = entries.where(AuditEntry.actor_id == query.actor_id)
    if query.person_id is not None:
        entries = entries.where(
            or_(AuditEntry.actor_id == query.person_id, AuditEntry.user_id == query.person_id)
        )
    if query.action is not None:
        entries = entries.where(AuditEntry.action == query.action)
    if query.since is not None:
        entries = entries.where(AuditEntry.date >= query.since)
    if query.until is not None:
        entries = entries.where(AuditEntry.date < query.until)
    found = context.db.session().scalars(page_of(entries, AuditEntry.id, query)).all()
    return without_surplus(found, query)


def _is_open() -> ColumnElement[bool]:
    return and_(Invite.used_at.is_(None), Invite.revoked_at.is_(None), Invite.expires_at > utcnow())


def has_people(context: Context) -> bool:
    """Whether anybody has an account; bots are not counted."""
    return bool(context.db.session().scalar(select(exists().where(User.role != "bot"))))


def get_avatar(context: Context, user_id: int) -> tuple[bytes, str]:
    """The picture and its digest; raises NotFound."""
    row = (
        context.db.session()
        .execute(
            select(Avatar.content, User.avatar_digest)
            .join(User, User.id == Avatar.user_id)
            .where(Avatar.user_id == user_id)
        )
        .one_or_none()
    )
    if row is None:
        raise errors.no_picture()
    return row.content, row.avatar_digest


def read_feed(context: Context, after: int, limit: int) -> FeedPage:
    """Entries after that seq; for FROM_NOW, the recent revocations."""
    session = context.db.session()
    last_seq = session.execute(select(FeedHead.last_seq)).scalar_one()
    entries = select(FeedEntry).order_by(FeedEntry.seq).limit(limit)
    if after == FROM_NOW:
        entries = entries.where(
            FeedEntry.type.in_(REVOCATIONS), FeedEntry.date > utcnow() - REVOCATION_LIFETIME
        )
    else:
        entries = entries.where(FeedEntry.seq > after)
    return {
        "entries": [
            {"seq": e.seq, "type": e.type, "data": orjson.loads(e.data), "date": e.date}
            for e in session.scalars(entries)
        ],
        "last_seq": last_seq,
    }


def _live_sessions(context: Context, user_id: int) -> Select[UserSession]:
    now = utcnow()
    return select(UserSession).where(
        UserSession.user_id == user_id,
        UserSession.revoked_at.is_(None),
        UserSession.expires_at > now,
        UserSession.last_used_at > idle_limit(context, now),
    )


_use = tuple_(UserSession.last_used_at, UserSession.id)


def _use_of(session_id: int) -> ColumnElement[Any]:
    """The place of a session in the order of use."""
    last = select(UserSession.last_used_at).where(UserSession.id == session_id)
    return tuple_(last.correlate(None).scalar_subquery(), literal(session_id))


def _valid_tokens(user_id: int) -> Select[ApiToken]:
    return select(ApiToken).where(
        ApiToken.user_id == user_id,
        ApiToken.revoked_at.is_(None),
        or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > utcnow()),
    )


def _is_called_like(text: str) -> ColumnElement[bool]:
    return User.search_key.contains(search_key(text), autoescape=True)
