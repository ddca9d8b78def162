"""Changes of profiles: title, time zone, settings, status, do not disturb."""

from sqlalchemy import or_, select

from servicekit.data.db import transaction
from servicekit.identity.feed import USER_UPDATED
from servicekit.times import utcnow
from users_service import feed
from users_service.context import Context
from users_service.models.people import User
from users_service.profile_fields import NewStatus
from users_service.schemas.people import UserChanges

AT_ONCE = 200


def set_profile(user: User, changes: UserChanges) -> None:
    """Set the given fields; null removes what they held."""
    given = changes.model_fields_set
    if "title" in given:
        user.title = changes.title or None
    if "time_zone" in given:
        user.time_zone = changes.time_zone
    if "language" in given:
        user.language = changes.language
    if changes.theme is not None:
        user.theme = changes.theme
    if "status" in given:
        _set_status(user, changes.status or NewStatus())
    if "dnd_until" in given:
        user.dnd_until = changes.dnd_until


def end_past_statuses(context: Context) -> None:
    """Remove the statuses whose end has come, and publish it, so that open pages follow."""
    now = utcnow()
    is_over = or_(User.status_until <= now, User.dnd_until <= now)
    due = select(User.id).where(is_over).limit(AT_ONCE)
    while ids := context.db.session().scalars(due).all():
        with transaction(context.db) as running:
            feed.lock(running)
            # Checked again: the status may have been changed meanwhile.
            over = select(User).where(User.id.in_(ids), is_over).order_by(User.id)
            for user in running.session.scalars(over).all():
                if user.status is None:
                    _set_status(user, NewStatus())
                user.dnd_until = user.quiet_until
                user.updated_at = now
                running.session.flush()
                feed.append_user(running, context.publisher, USER_UPDATED, user)


def _set_status(user: User, status: NewStatus) -> None:
    is_empty = status.emoji is None and not status.text
    user.status_emoji = status.emoji
    user.status_text = status.text
    user.status_until = None if is_empty else status.until
