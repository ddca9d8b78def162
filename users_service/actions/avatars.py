"""Avatars: set and delete."""

import hashlib

from sqlalchemy import delete

from servicekit.data.db import transaction
from servicekit.times import utcnow
from servicekit.web.errors import NotFound
from users_service import log
from users_service.callers import Caller
from users_service.models import Avatar, User, db
from users_service.pictures import make_avatar


def put_avatar(user_id: int, content: bytes, caller: Caller) -> User:
    """Store a small square of that picture; raises PictureRefused."""
    caller.require_self_or_admin(user_id)
    return _replace(user_id, make_avatar(content))


def delete_avatar(user_id: int, caller: Caller) -> None:
    """Delete the picture."""
    caller.require_self_or_admin(user_id)
    _replace(user_id, None)


def _replace(user_id: int, picture: bytes | None) -> User:
    with transaction(db) as change:
        log.lock(change)
        user = change.session.get(User, user_id)
        if user is None:
            raise NotFound("There is no such person.")
        digest = hashlib.sha256(picture).hexdigest()[:16] if picture else None
        if digest == user.avatar_digest:
            return user
        change.session.execute(delete(Avatar).where(Avatar.user_id == user_id))
        if picture is not None:
            change.session.add(Avatar(user_id=user_id, content=picture))
        user.avatar_digest, user.updated_at = digest, utcnow()
        change.session.flush()
        log.append_user(change, log.USER_UPDATED, user)
    return user
