"""Template filters for names, times and rendered messages."""

import re
from collections.abc import Sequence
from datetime import datetime, tzinfo
from html import unescape
from typing import cast
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from flask import Flask, g, has_request_context, request

from gateway_frontend.shapes.conversations import Conversation
from gateway_frontend.shapes.messages import ForwardedFrom, Message
from gateway_frontend.shapes.people import Person
from servicekit.language import N_, _, current_language

ZONE_COOKIE = "parley-zone"
_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}", re.ASCII)
TONES = 8
RELATIVE_DAYS = {0: N_("Today"), -1: N_("Yesterday"), 1: N_("Tomorrow")}
RELATIVE_MOMENTS = {
    0: N_("today, %(time)s"),
    -1: N_("yesterday, %(time)s"),
    1: N_("tomorrow, %(time)s"),
}
FORWARDED = {
    "direct": N_("Forwarded from a direct conversation"),
    "group": N_("Forwarded from a group"),
    "room": N_("Forwarded from a private room"),
}
ROLES = {
    "owner": N_("owner"),
    "moderator": N_("moderator"),
    "member": N_("member"),
    "guest": N_("guest"),
    "admin": N_("admin"),
    "bot": N_("bot"),
}
SUMMARY_SOURCE = 1000
NOBODY: Person = {"id": 0, "name": "?", "nickname": "", "avatar_url": None}
_BLOCK = re.compile(r"</?(?:p|li|ul|ol|h\d|br|hr|pre|blockquote|t[drh]|table)\b[^>]*(?:>|$)")
_SPOILER = re.compile(r'<span class="spoiler"[^>]*><span>.*?(?:</span></span>|$)', re.DOTALL)
_TAG = re.compile(r"<[^>]*(?:>|$)")


def install_filters(app: Flask) -> None:
    """Register the filters under their own names."""
    for show in (
        clock,
        day_name,
        exact,
        moment,
        field_moment,
        initials,
        tone,
        name_of,
        sign_of,
        summary,
        mentions_person,
        browser_name,
        forwarded_words,
        role_name,
    ):
        app.jinja_env.filters[show.__name__] = show


def reader_zone() -> tzinfo:
    """The reader's time zone from the browser's cookie; UTC without one."""
    if not has_request_context():
        return ZoneInfo("UTC")
    if "zone" not in g:
        g.zone = _zone(unquote(request.cookies.get(ZONE_COOKIE, "")))
    zone: tzinfo = g.zone
    return zone


def reader_day() -> str:
    """The reader's date and time zone, on which the words for times depend."""
    if not has_request_context():
        return _day_in(reader_zone())
    if "day" not in g:
        g.day = _day_in(reader_zone())
    return cast(str, g.day)


def local(date: str) -> datetime:
    return datetime.fromisoformat(date).astimezone(reader_zone())


def clock(date: str) -> str:
    """`18:02`"""
    return local(date).strftime("%H:%M")


def day_name(date: str) -> str:
    """`Today`, `Yesterday`, `Tomorrow`, `Thursday, 19 November`, and the year if it is another."""
    then, now = local(date), datetime.now(reader_zone())
    relative = _relative_day(then, now)
    if relative is not None:
        return _(RELATIVE_DAYS[relative])
    return day_and_month(then) if then.year == now.year else day_and_year(then)


def day_and_month(then: datetime) -> str:
    """`Thursday, 19 November`"""
    return _("%(weekday)s, %(day)s %(month)s", **_names(then))


def day_and_year(then: datetime) -> str:
    """`Thursday, 19 November 2026`"""
    return _("%(weekday)s, %(day)s %(month)s %(year)s", year=then.year, **_names(then))


def exact(date: str) -> str:
    """`Thursday, 19 November 2026, 18:02:31`"""
    then = local(date)
    return f"{day_and_year(then)}, {then:%H:%M:%S}"


def moment(date: str) -> str:
    """`yesterday, 18:02`, as in the middle of a sentence"""
    relative = _relative_day(local(date), datetime.now(reader_zone()))
    if relative is None:
        return f"{day_name(date)}, {clock(date)}"
    return _(RELATIVE_MOMENTS[relative], time=clock(date))


def field_moment(date: str) -> str:
    """`2026-11-21T18:02`, the value of a field for date and time"""
    return local(date).strftime("%Y-%m-%dT%H:%M")


def initials(name: str) -> str:
    """`Bob Morane` → `BM`, `Eliza` → `E`"""
    words = name.split()
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][:1].upper()
    return (words[0][0] + words[-1][0]).upper()


def tone(user_id: int | str | None) -> str:
    """The person's avatar colour."""
    return f"tone-{int(user_id or 0) % TONES}"


def name_of(conversation: Conversation, my_id: int) -> str:
    """A room's name, the other person's, or the first names of a group."""
    if conversation["kind"] == "room":
        return str(conversation["name"])
    others = [person for person in conversation["members"] if person["id"] != my_id]
    if conversation["kind"] == "direct":
        return others[0]["name"] if others else _("Notes to yourself")
    return ", ".join(person["name"].split()[0] for person in others) or _("Only you")


def sign_of(conversation: Conversation, my_id: int) -> Person:
    """The person whose avatar the conversation shows: another member if there is one."""
    members: Sequence[Person] = conversation["members"]
    others = [person for person in members if person["id"] != my_id]
    return next(iter(others or members), NOBODY)


def summary(message: Message | None, my_id: int) -> str:
    """A message as one line of plain text: `Bob: The soup is on.`"""
    if message is None:
        return _("No messages yet")
    if message["author_id"] == my_id:
        return _("You: %(text)s", text=_plain(message))
    return _(
        "%(author)s: %(text)s", author=message["author"]["name"].split()[0], text=_plain(message)
    )


def _plain(message: Message) -> str:
    if message["deleted_at"]:
        return _("This message was deleted.")
    if poll := message["poll"]:
        return _("Poll: %(question)s", question=poll["question"])
    files = message["attachments"]
    shown = _SPOILER.sub(_("(spoiler)"), message["html"][:SUMMARY_SOURCE])
    text = " ".join(unescape(_TAG.sub("", _BLOCK.sub(" ", shown))).split())
    return text or (files[0]["name"] if files else "")


def mentions_person(message: Message, user_id: int) -> bool:
    """Whether somebody else's message mentions this person, by name or with all members."""
    if message["author_id"] == user_id:
        return False
    mentions = message["mentions"]
    return mentions["everyone"] is not None or user_id in mentions["user_ids"]


def forwarded_words(forwarded: ForwardedFrom) -> str:
    """`Forwarded from # kitchen`; only public rooms have a name for everybody."""
    if forwarded["name"]:
        return _("Forwarded from %(name)s", name=f"# {forwarded['name']}")
    words = FORWARDED[forwarded["kind"]]
    return _(words)


def role_name(role: str) -> str:
    """`moderator`, as a word of the reader's language"""
    return _(ROLES.get(role, role))


def browser_name(user_agent: str) -> str:
    """`Firefox on Linux`: a name to recognise a session by."""
    browsers = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
    systems = {
        "Android": "Android",
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Windows": "Windows",
        "Mac OS": "macOS",
        "Linux": "Linux",
    }
    shown = {"Edg": "Edge", "OPR": "Opera"}
    browser = next((shown.get(name, name) for name in browsers if name in user_agent), None)
    system = next((name for mark, name in systems.items() if mark in user_agent), "")
    browser = browser or _("A program")
    return _("%(browser)s on %(system)s", browser=browser, system=system) if system else browser


def _relative_day(then: datetime, now: datetime) -> int | None:
    days = (then.date() - now.date()).days
    return days if days in RELATIVE_DAYS else None


def _names(then: datetime) -> dict[str, object]:
    locale = current_language().locale
    weekday = locale.days["format"]["wide"][then.weekday()]
    return {
        "weekday": weekday,
        "day": then.day,
        "month": locale.months["format"]["wide"][then.month],
    }


def _day_in(zone: tzinfo) -> str:
    return f"{datetime.now(zone).date()} {zone}"


def _zone(name: str) -> tzinfo:
    if not _ZONE.fullmatch(name):
        return ZoneInfo("UTC")
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # unknown, or the name of a folder
        return ZoneInfo("UTC")
