"""Reads of the place's settings and its audit log."""

from collections.abc import Sequence

import orjson
from sqlalchemy import or_, select

from servicekit.data.pages import page_of, without_surplus
from servicekit.place_limits import bounds_of, limits_within
from users_service import errors
from users_service.context import Context
from users_service.models.place import AuditEntry, Place, PlaceIcon
from users_service.schemas.place import AuditListQuery
from users_service.shapes.place import PlaceSettings

PLACE_ID = 1


def get_place(context: Context) -> PlaceSettings:
    """The place's settings: those that admins have set, else those of the environment."""
    row = context.db.session().get(Place, PLACE_ID)
    digest = row.icon_digest if row else None
    bounds = bounds_of(context.settings)
    return {
        "place_name": (row and row.name) or context.settings.place_name,
        "registration": (row and row.registration) or context.settings.registration,
        "icon_url": f"/api/settings/icon?v={digest}" if digest else None,
        "limits": limits_within(bounds, chosen_limits(row)),
        "bounds": bounds,
        "sends_email": context.mailer.is_on,
        "next_steps_dismissed": row is not None and row.next_steps_dismissed,
    }


def chosen_limits(place: Place | None) -> dict[str, int]:
    """Those that an admin has set."""
    chosen: dict[str, int] = orjson.loads(place.limits) if place and place.limits else {}
    return chosen


def get_icon(context: Context) -> bytes:
    """The place's icon; raises NotFound."""
    icon = context.db.session().get(PlaceIcon, PLACE_ID)
    if icon is None:
        raise errors.no_icon()
    return icon.content


def list_audit(context: Context, query: AuditListQuery) -> tuple[Sequence[AuditEntry], bool]:
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
