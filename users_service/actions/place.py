"""The settings of the place, and its icon."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete

from servicekit.data.db import Transaction, transaction
from servicekit.identity.feed import PLACE_CHANGED
from users_service import audit_log, feed
from users_service.caller import Caller
from users_service.context import Context
from users_service.models.place import Place, PlaceIcon
from users_service.pictures import make_avatar
from users_service.queries.place import PLACE_ID, get_place
from users_service.schemas.place import SettingsChanges
from users_service.shapes.place import PlaceSettings

COLUMNS = {"place_name": "name", "registration": "registration"}


def change_settings(context: Context, caller: Caller, changes: SettingsChanges) -> PlaceSettings:
    """Set the given fields; null brings back the value of the environment. For admins."""
    caller.require_admin()
    given = changes.model_dump(exclude_unset=True)
    values: dict[str, Any] = {COLUMNS[name]: given[name] for name in COLUMNS if name in given}
    if changes.next_steps_dismissed is not None:
        values["next_steps_dismissed"] = changes.next_steps_dismissed
    with transaction(context.db) as running:
        return _change(context, running, caller, values)


def put_icon(context: Context, caller: Caller, content: bytes) -> PlaceSettings:
    """Store a small square of that picture; raises PictureRefused. For admins."""
    caller.require_admin()
    icon = make_avatar(content)
    with transaction(context.db) as running:
        feed.lock(running)
        running.session.merge(PlaceIcon(id=PLACE_ID, content=icon))
        digest = hashlib.sha256(icon).hexdigest()[:16]
        return _change(context, running, caller, {"icon_digest": digest})


def delete_icon(context: Context, caller: Caller) -> None:
    """For admins."""
    caller.require_admin()
    with transaction(context.db) as running:
        feed.lock(running)
        running.session.execute(delete(PlaceIcon))
        _change(context, running, caller, {"icon_digest": None})


def _change(
    context: Context, running: Transaction, caller: Caller, values: Mapping[str, Any]
) -> PlaceSettings:
    feed.lock(running)
    before = get_place(context)
    place = running.session.get(Place, PLACE_ID)
    if place is None:
        place = Place(id=PLACE_ID, next_steps_dismissed=False)
        running.session.add(place)
    for name, value in values.items():
        setattr(place, name, value)
    running.session.flush()
    settings = get_place(context)
    if settings != before:
        _announce(context, running, caller, before, settings)
    return settings


def _announce(
    context: Context,
    running: Transaction,
    caller: Caller,
    before: PlaceSettings,
    settings: PlaceSettings,
) -> None:
    feed.append(
        running,
        context.publisher,
        PLACE_CHANGED,
        {
            "place_name": settings["place_name"],
            "registration": settings["registration"],
            "icon_url": settings["icon_url"],
        },
    )
    if settings["place_name"] != before["place_name"]:
        _record(running, caller, "place_name", settings["place_name"])
    if settings["registration"] != before["registration"]:
        _record(running, caller, "registration", settings["registration"])
    if settings["icon_url"] != before["icon_url"]:
        _record(running, caller, "icon", None)


def _record(running: Transaction, caller: Caller, setting: str, to: str | None) -> None:
    audit_log.record(running, "settings.changed", caller.user_id, setting=setting, to=to)
