"""Avatars: set and delete."""

import hashlib

from sqlalchemy import delete

from servicekit.data.db import transaction
from servicekit.identity.feed import USER_UPDATED
from servicekit.times import utcnow
from users_service import errors, feed
from users_service.caller import Caller
from users_service.context import Context
from users_service.models.people import Avatar, User
from users_service.pictures import make_avatar


def put_avatar(context: Context, caller: Caller, user_id: int, content: bytes) -> User:
    """Store a small square of that picture; raises PictureRefused."""
    caller.require_self_or_admin(user_id)
    return _replace(context, user_id, make_avatar(content))


def delete_avatar(context: Context, caller: Caller, user_id: int) -> None:
    """Delete the picture."""
    caller.require_self_or_admin(user_id)
    _replace(context, user_id, None)


def _replace(context: Context, user_id: int, picture: bytes | None) -> User:
    with transaction(context.db) as running:
        feed.lock(running)
        user = running.session.get(User, user_id)
        if user is None:
            raise errors.no_such_person()
        digest = hashlib.sha256(picture).hexdigest()[:16] if picture else None
        if digest == user.avatar_digest:
            return user
        running.session.execute(delete(Avatar).where(Avatar.user_id == user_id))
        if picture is not None:
            running.session.add(Avatar(user_id=user_id, content=picture))
        user.avatar_digest, user.updated_at = digest, utcnow()
        running.session.flush()
        feed.append_user(running, context.publisher, USER_UPDATED, user)
    return user
