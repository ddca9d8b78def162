"""Writes the e-mail of a digest, and signs the link that ends them (RFC 8058)."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from itsdangerous import BadSignature, URLSafeSerializer

from messages_service.shapes.notices import Notification
from servicekit.language import _, current_language, ngettext, speaking
from servicekit.mail import new_email

MOST_LINES = 50
SALT = "e-mail digest"


@dataclass(frozen=True, slots=True)
class Line:
    """A message as a notification shows it."""

    shown: Notification
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Addressee:
    """The person who gets the e-mail."""

    id: int
    name: str
    email: str
    language: str | None
    time_zone: str | None


class Unsubscribing:
    """Signs who ends their digests with a link; `secrets` are accepted, the last one signs."""

    def __init__(self, secrets: list[str]) -> None:
        self._serializer = URLSafeSerializer(secrets, salt=SALT)

    def token(self, user_id: int) -> str:
        signed: str = self._serializer.dumps(user_id)
        return signed

    def user_id(self, token: str) -> int | None:
        try:
            user_id = self._serializer.loads(token)
        except BadSignature:
            return None
        return user_id if type(user_id) is int else None


class DigestWriter:
    """Writes for the place at `public_url`, to each person in their language and time zone."""

    def __init__(self, public_url: str, sender: str, unsubscribing: Unsubscribing) -> None:
        self._url = public_url.rstrip("/")
        self._sender = sender
        self._unsubscribing = unsubscribing

    def write(self, person: Addressee, lines: Sequence[Line]) -> EmailMessage:
        end = f"{self._url}/unsubscribe/{self._unsubscribing.token(person.id)}"
        with speaking(person.language):
            digest = _Digest(self._url, end, lines, _zone(person.time_zone))
            subject = ngettext("You missed a message", "You missed %(num)s messages", len(lines))
            text, page = digest.text(person.name), digest.html(person.name)
        email = new_email(self._sender, (person.name, person.email), subject, self._url)
        email["List-Unsubscribe"] = f"<{end}>"
        email["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        email.set_content(text)
        email.add_alternative(page, subtype="html")
        return email


@dataclass(frozen=True, slots=True)
class _Digest:
    """The two bodies of an e-mail in the current language."""

    url: str
    end: str
    lines: Sequence[Line]
    zone: tzinfo

    def text(self, name: str) -> str:
        waiting = _("This is waiting for you at %(address)s:", address=self.url)
        parts = [_("Hello %(name)s,", name=name), waiting]
        for line in self.lines[:MOST_LINES]:
            shown, date = line.shown, self._date(line)
            body = f"\n{shown['body']}" if shown["body"] else ""
            parts.append(f"{shown['title']}, {date}{body}\n{self.url}{shown['url']}")
        parts += self._rest()
        parts.append(f"{_('No more of these e-mails')}: {self.end}")
        return "\n\n".join(parts) + "\n"

    def html(self, name: str) -> str:
        url = html.escape(self.url)
        link = f'<a href="{url}">{url}</a>'
        waiting = html.escape(_("This is waiting for you at %(address)s:", address="\0"))
        entries = "".join(
            f'<p><a href="{url}{html.escape(line.shown["url"])}">{html.escape(line.shown["title"])}'
            f"</a>, {html.escape(self._date(line))}<br>{html.escape(line.shown['body'])}</p>"
            for line in self.lines[:MOST_LINES]
        )
        rest = "".join(f"<p>{html.escape(words)}</p>" for words in self._rest())
        language = current_language()
        return (
            f'<html lang="{language.tag}" dir="{language.direction}"><body>'
            f"<p>{html.escape(_('Hello %(name)s,', name=name))}</p>"
            f"<p>{waiting.replace(chr(0), link)}</p>{entries}{rest}"
            f'<p><small><a href="{html.escape(self.end)}">'
            f"{html.escape(_('No more of these e-mails'))}</a></small></p></body></html>"
        )

    def _rest(self) -> list[str]:
        count = len(self.lines) - MOST_LINES
        return [ngettext("… and one more.", "… and %(num)s more.", count)] if count > 0 else []

    def _date(self, line: Line) -> str:
        """`Thursday, 19 November, 18:02`"""
        then = line.written_at.astimezone(self.zone)
        locale = current_language().locale
        weekday = locale.days["format"]["wide"][then.weekday()]
        month = locale.months["format"]["wide"][then.month]
        day = _("%(weekday)s, %(day)s %(month)s", weekday=weekday, day=then.day, month=month)
        return f"{day}, {then:%H:%M}"


def _zone(name: str | None) -> tzinfo:
    return ZoneInfo(name) if name else UTC
