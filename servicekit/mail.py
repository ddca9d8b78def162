"""E-mail by SMTP: its settings, its headers, and sending."""

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, formatdate, make_msgid
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from servicekit.settings import Settings

SECONDS = 15.0
PERMANENT = 500
WHOLE_LINES = SMTP.clone(max_line_length=900, cte_type="7bit")
"""A link is one long word, which mail programs do not read when it is folded."""


class MailSettings(Settings):
    """How a service sends e-mail; without SMTP_HOST it sends none."""

    smtp_host: str = Field("", description="Mail server; empty: no e-mail is sent.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection to the mail server is encrypted."
    )
    smtp_user: str = Field("", description="Login at the mail server; empty: none.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password at the mail server.")
    smtp_from: str = Field(
        "Parley <parley@localhost>", description="The sender that people see in e-mails."
    )
    confirmed_emails_only: bool = Field(
        False,
        description="Send a link to every new address, and summaries and links for a new password "
        "only to addresses whose people have opened it.",
    )


def new_email(
    sender: str, recipient: tuple[str, str], subject: str, public_url: str
) -> EmailMessage:
    """An e-mail without content to a person, by name and address."""
    email = EmailMessage(policy=WHOLE_LINES)
    email["Subject"] = subject
    email["From"] = sender
    email["To"] = formataddr(recipient)
    email["Date"] = formatdate()
    email["Message-ID"] = make_msgid(domain=urlsplit(public_url).hostname or "localhost")
    email["Auto-Submitted"] = "auto-generated"
    return email


class NotSent(Exception):
    """The mail server did not accept an e-mail; a later attempt may succeed."""


class Undeliverable(NotSent):
    """The address is refused; a later attempt is refused as well."""


class Mailer:
    """Sends one e-mail at a time; raises `NotSent` or `Undeliverable`."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    @property
    def is_on(self) -> bool:
        return bool(self._settings.smtp_host)

    @property
    def sender(self) -> str:
        return self._settings.smtp_from

    @property
    def confirmed_only(self) -> bool:
        """Whether an address has to be confirmed before anything else is sent to it."""
        return self._settings.confirmed_emails_only

    def send(self, message: EmailMessage) -> None:
        try:
            with self._connect() as server:
                if self._settings.smtp_user:
                    password = self._settings.smtp_password.get_secret_value()
                    server.login(self._settings.smtp_user, password)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            is_final = all(code >= PERMANENT for code in codes)
            raise (Undeliverable if is_final else NotSent)(str(error)) from error
        except smtplib.SMTPNotSupportedError as error:  # an address beyond ASCII
            raise Undeliverable(str(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(str(error)) from error

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        address = (settings.smtp_host, settings.smtp_port)
        if settings.smtp_security == "tls":
            return smtplib.SMTP_SSL(*address, timeout=SECONDS, context=ssl.create_default_context())
        server = smtplib.SMTP(*address, timeout=SECONDS)
        if settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        return server
