"""The settings of the place, and its icon."""

import hashlib
from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import delete

from servicekit.data.db import Transaction, transaction
from servicekit.identity.feed import PLACE_CHANGED
from servicekit.language import _
from servicekit.place_limits import PlaceLimits, bounds_of
from servicekit.web.errors import FieldError, Invalid
from servicekit.web.json import dumps
from users_service import audit_log, feed
from users_service.caller import Caller
from users_service.context import Context
from users_service.models.place import Place, PlaceIcon
from users_service.pictures import make_avatar
from users_service.queries.place import PLACE_ID, chosen_limits, get_place
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
    chosen = changes.limits.model_dump(exclude_unset=True) if changes.limits else {}
    _check_bounds(context, chosen)
    with transaction(context.db) as running:
        if "limits" in given:
            feed.lock(running)
            values["limits"] = _merged_limits(running, chosen if changes.limits else None)
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


def _check_bounds(context: Context, chosen: Mapping[str, int | None]) -> None:
    wrong: list[FieldError] = []
    bounds = bounds_of(context.settings)
    for name, value in chosen.items():
        least, most = bounds[name]["least"], bounds[name]["most"]
        if value is not None and not least <= value <= most:
            message = _("must be between %(least)s and %(most)s", least=least, most=most)
            wrong.append({"field": f"limits.{name}", "message": message})
    if wrong:
        raise Invalid(wrong)


def _merged_limits(running: Transaction, chosen: Mapping[str, int | None] | None) -> str | None:
    """Those that stay and the new ones, as JSON; None if all are to be the greatest."""
    if chosen is None:
        return None
    before = chosen_limits(running.session.get(Place, PLACE_ID))
    kept = {name: value for name, value in {**before, **chosen}.items() if value is not None}
    return dumps(kept) if kept else None


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
            "limits": PlaceLimits(**chosen_limits(running.session.get(Place, PLACE_ID))),  # type: ignore[typeddict-item]
        },
    )
    if settings["place_name"] != before["place_name"]:
        _record(running, caller, "place_name", settings["place_name"])
    if settings["registration"] != before["registration"]:
        _record(running, caller, "registration", settings["registration"])
    if settings["icon_url"] != before["icon_url"]:
        _record(running, caller, "icon", None)
    for name, value in settings["limits"].items():
        if value != before["limits"].get(name):
            _record(running, caller, name, cast(int, value))


def _record(running: Transaction, caller: Caller, setting: str, to: str | int | None) -> None:
    audit_log.record(running, "settings.changed", caller.user_id, setting=setting, to=to)
