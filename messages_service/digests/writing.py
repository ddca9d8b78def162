"""Writes the e-mail of a digest, and signs the link that ends them (RFC 8058)."""

import html
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, formatdate, make_msgid
from typing import Any
from urllib.parse import urlsplit

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Row

from messages_service.shapes import Notification

Line = Notification
MOST_LINES = 50
WHOLE_LINES = SMTP.clone(max_line_length=900, cte_type="7bit")
"""The link to unsubscribe is one long word, which mail programs do not read when it is folded."""
SALT = "e-mail digest"


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
    """Writes for the place at `public_url`."""

    def __init__(self, public_url: str, sender: str, unsubscribing: Unsubscribing) -> None:
        self._url = public_url.rstrip("/")
        self._sender = sender
        self._unsubscribing = unsubscribing

    def write(self, person: Row[Any], lines: Sequence[Line]) -> EmailMessage:
        """To a row of `profiles`."""
        end = f"{self._url}/unsubscribe/{self._unsubscribing.token(person.id)}"
        host = urlsplit(self._url).hostname or "localhost"
        email = EmailMessage(policy=WHOLE_LINES)
        count = len(lines)
        email["Subject"] = "You missed a message" if count == 1 else f"You missed {count} messages"
        email["From"] = self._sender
        email["To"] = formataddr((person.name, person.email))
        email["Date"] = formatdate()
        email["Message-ID"] = make_msgid(domain=host)
        email["Auto-Submitted"] = "auto-generated"
        email["List-Unsubscribe"] = f"<{end}>"
        email["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        email.set_content(self._text(person.name, lines, end))
        email.add_alternative(self._html(person.name, lines, end), subtype="html")
        return email

    def _text(self, name: str, lines: Sequence[Line], end: str) -> str:
        parts = [f"Hello {name},", f"this is waiting for you at {self._url}:"]
        parts += [
            f"{line['title']}{': ' if line['body'] else ''}{line['body']}\n{self._url}{line['url']}"
            for line in lines[:MOST_LINES]
        ]
        if len(lines) > MOST_LINES:
            parts.append(f"… and {len(lines) - MOST_LINES} more.")
        parts.append(f"No more of these e-mails: {end}")
        return "\n\n".join(parts) + "\n"

    def _html(self, name: str, lines: Sequence[Line], end: str) -> str:
        entries = "".join(
            f'<p><a href="{html.escape(self._url + line["url"])}">{html.escape(line["title"])}</a>'
            f"<br>{html.escape(line['body'])}</p>"
            for line in lines[:MOST_LINES]
        )
        more = len(lines) - MOST_LINES
        url, end = html.escape(self._url), html.escape(end)
        return (
            f"<html><body><p>Hello {html.escape(name)},</p>"
            f'<p>this is waiting for you at <a href="{url}">{url}</a>:</p>{entries}'
            + (f"<p>… and {more} more.</p>" if more > 0 else "")
            + f'<p><small><a href="{end}">No more of these e-mails</a></small></p></body></html>'
        )
