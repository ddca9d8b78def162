"""Reads: people, sessions, tokens, invites, and the feed."""

from collections.abc import Sequence
from datetime import datetime

import orjson
from sqlalchemy import ColumnElement, Select, exists, or_, select

from servicekit.times import utcnow
from servicekit.web.errors import NotFound
from users_service.log import REVOCATION_LIFETIME, REVOCATIONS
from users_service.models import (
    ApiToken,
    Avatar,
    FeedEntry,
    FeedHead,
    Invite,
    User,
    UserSession,
    db,
)
from users_service.names import comparison_key, search_key
from users_service.schemas import MAX_ID, UserListQuery
from users_service.secret_tokens import secret_hash
from users_service.shapes import FeedOut

FROM_NOW = -1


def get_user(user_id: int) -> User:
    """Raises NotFound."""
    user = db.session().get(User, user_id)
    if user is None:
        raise NotFound("There is no such person.")
    return user


def list_users(
    query: UserListQuery, only: Sequence[int] | None = None
) -> tuple[Sequence[User], int | None]:
    """People by id, and where the next page begins. Without `ids`, active accounts only.

    `only` are the ids of the people that the caller may see; None means all.
    """
    people = select(User).order_by(User.id).limit(query.limit + 1)
    if only is not None:
        people = people.where(User.id.in_(only))
    if query.ids is None:
        people = people.where(User.active)
    else:
        people = people.where(User.id.in_([id_ for id_ in query.ids if id_ <= MAX_ID]))
    if query.after is not None:
        people = people.where(User.id > query.after)
    if query.q:
        people = people.where(_is_called_like(query.q))
    found = db.session().scalars(people).all()
    page = found[: query.limit]
    return page, page[-1].id if len(found) > len(page) else None


def find_by_login(login: str) -> User | None:
    """The person with this nickname or email. A nickname has no `@`, so it is never both."""
    key = comparison_key(login)
    column = User.email_key if "@" in key else User.nickname_key
    return db.session().scalars(select(User).where(column == key)).one_or_none()


def list_sessions(user_id: int, used_after: datetime) -> Sequence[UserSession]:
    """Live logins, latest used first."""
    return (
        db.session()
        .scalars(
            select(UserSession)
            .where(
                UserSession.user_id == user_id,
                UserSession.revoked_at.is_(None),
                UserSession.expires_at > utcnow(),
                UserSession.last_used_at > used_after,
            )
            .order_by(UserSession.last_used_at.desc(), UserSession.id.desc())
        )
        .all()
    )


def list_tokens(user_id: int) -> Sequence[ApiToken]:
    """Valid tokens, oldest first."""
    return (
        db.session()
        .scalars(
            select(ApiToken)
            .where(
                ApiToken.user_id == user_id,
                ApiToken.revoked_at.is_(None),
                or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > utcnow()),
            )
            .order_by(ApiToken.id)
        )
        .all()
    )


def list_invites() -> Sequence[Invite]:
    """Invites that can still be used, oldest first."""
    return db.session().scalars(open_invites().order_by(Invite.id)).all()


def is_open_invite(secret: str) -> bool:
    """Whether the invite of that secret can be used."""
    wanted = open_invites().where(Invite.token_hash == secret_hash(secret))
    return db.session().scalars(wanted).one_or_none() is not None


def open_invites() -> Select[Invite]:
    """The invites that can still be used."""
    return select(Invite).where(
        Invite.used_at.is_(None), Invite.revoked_at.is_(None), Invite.expires_at > utcnow()
    )


def has_people() -> bool:
    """Whether anybody has an account; bots are not counted."""
    return bool(db.session().scalar(select(exists().where(User.role != "bot"))))


def get_avatar(user_id: int) -> tuple[bytes, str]:
    """The picture and its digest; raises NotFound."""
    row = (
        db.session()
        .execute(
            select(Avatar.content, User.avatar_digest)
            .join(User, User.id == Avatar.user_id)
            .where(Avatar.user_id == user_id)
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound("This person has no picture.")
    return row.content, row.avatar_digest


def read_feed(after: int, limit: int) -> FeedOut:
    """Entries after that seq; for FROM_NOW, the recent revocations."""
    session = db.session()
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


def _is_called_like(text: str) -> ColumnElement[bool]:
    return User.search_key.contains(search_key(text), autoescape=True)
