"""The texts of e-mails, in the language of `servicekit.language.speaking`."""

from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

from servicekit.language import _
from servicekit.mail import new_email
from users_service.models.people import User

PASSWORD_RESET_LINK: Final = "password-reset"
EMAIL_CONFIRMATION: Final = "email-confirmation"
PASSWORD_CHANGED: Final = "password-changed"
PASSKEY_ADDED: Final = "passkey-added"
PASSKEY_REMOVED: Final = "passkey-removed"
TWO_STEP_ON: Final = "two-step-on"
TWO_STEP_OFF: Final = "two-step-off"


@dataclass(frozen=True, slots=True)
class Text:
    """A subject and the paragraphs below the greeting."""

    subject: str
    paragraphs: tuple[str, ...]


def reset_text(url: str, link: str) -> Text:
    return Text(
        _("New password"),
        (
            _("somebody, probably you, asked for a new password at %(url)s.", url=url),
            _("Choose it here within an hour; the link works once:"),
            link,
            _("If you did not ask for this, do nothing: your password stays as it is."),
        ),
    )


def confirmation_text(url: str, link: str) -> Text:
    return Text(
        _("Confirm your e-mail address"),
        (
            _("an account at %(url)s has this address. Confirm it within a week:", url=url),
            link,
            _("If this is not your account, do nothing."),
        ),
    )


def notice_text(kind: str, url: str) -> Text:
    """The notice about a change of an account, for every kind that has no link of its own."""
    subject, happened = _happened(kind, url)
    warning = _("If this was not you, ask for a new password at once: %(url)s", url=f"{url}/reset")
    return Text(subject, (happened, warning))


def write_mail(sender: str, public_url: str, user: User, text: Text) -> EmailMessage:
    """To a person."""
    mail = new_email(sender, (user.name, user.email), text.subject, public_url)
    parts = (_("Hello %(name)s,", name=user.name), *text.paragraphs)
    mail.set_content("\n\n".join(parts) + "\n")
    return mail


def _happened(kind: str, url: str) -> tuple[str, str]:
    """The subject and the sentence for one kind."""
    return {
        PASSWORD_CHANGED: (
            _("Your password has been changed"),
            _("your password at %(url)s has been changed.", url=url),
        ),
        PASSKEY_ADDED: (
            _("A passkey has been added"),
            _("a new passkey can log in to your account at %(url)s.", url=url),
        ),
        PASSKEY_REMOVED: (
            _("A passkey has been removed"),
            _("one of your passkeys does not work at %(url)s any more.", url=url),
        ),
        TWO_STEP_ON: (
            _("Two-step login is on"),
            _("from now on, logging in at %(url)s needs a code from your app.", url=url),
        ),
        TWO_STEP_OFF: (
            _("Two-step login is off"),
            _("from now on, logging in at %(url)s needs no code any more.", url=url),
        ),
    }[kind]
