"""Template filters for people: local time, status, do not disturb."""

import functools
import zoneinfo
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Flask

from gateway_frontend.drawing.filters import day_and_month, local
from gateway_frontend.shapes.people import Status
from servicekit.language import N_, _


def install_people_filters(app: Flask) -> None:
    """Register the filters, and `time_zones()`."""
    for show in (time_in, until):
        app.jinja_env.filters[show.__name__] = show
    app.jinja_env.globals["time_zones"] = time_zones
    app.jinja_env.globals["STATUS_PRESETS"] = STATUS_PRESETS


AREAS = (
    *("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia"),
    *("Europe", "Indian", "Pacific"),
)
STATUS_PRESETS = (
    ("📅", N_("In a meeting"), "60"),
    ("🍲", N_("Lunch"), "60"),
    ("🚌", N_("Commuting"), "30"),
    ("🏠", N_("Working from home"), "today"),
    ("🤒", N_("Out sick"), "today"),
    ("🌴", N_("On vacation"), ""),
)
"""Emoji, text, and when it ends: minutes, `today`, or never."""


def time_in(zone: str) -> str:
    """`09:12`, the time that it is now in that time zone."""
    return datetime.now(ZoneInfo(zone)).strftime("%H:%M")


def until(moment: Status | str | None) -> str:
    """`until 18:02`, or with the day if it is another one; empty without an end."""
    end = moment if isinstance(moment, str) or moment is None else moment["until"]
    if end is None:
        return ""
    then, now = local(end), local(datetime.now(UTC).isoformat())
    time = f"{then:%H:%M}"
    if then.date() == now.date():
        return _("until %(time)s", time=time)
    return _("until %(time)s on %(day)s", time=time, day=day_and_month(then))


@functools.cache
def time_zones() -> list[str]:
    """The zones with a place in their name, as people choose from them, and UTC."""
    named = (name for name in zoneinfo.available_timezones() if name.split("/")[0] in AREAS)
    return ["UTC", *sorted(named)]
