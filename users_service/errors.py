"""The coded errors of users_service."""

from servicekit.language import _
from servicekit.web.errors import Conflict, Forbidden, Invalid, NotFound, Unauthorized


def no_such_person() -> NotFound:
    return NotFound(_("There is no such person."))


def no_picture() -> NotFound:
    return NotFound(_("This person has no picture."))


def no_icon() -> NotFound:
    return NotFound(_("This place has no icon."))


def no_such_session() -> NotFound:
    return NotFound(_("You have no such session."))


def token_is_no_session() -> NotFound:
    return NotFound(_("An API token is not a session."))


def no_such_token() -> NotFound:
    return NotFound(_("You have no such token."))


def no_such_invite() -> NotFound:
    return NotFound(_("There is no such invite."))


def no_such_reset() -> NotFound:
    """Unknown, used, replaced or expired; the answer does not say which."""
    return NotFound(
        _("This link is not valid any more. Ask an administrator for a new one."),
        "no-such-reset",
    )


def no_such_confirmation() -> NotFound:
    return NotFound(
        _("This link is not valid any more. Ask for a new one in your settings."),
        "no-such-confirmation",
    )


def taken(fields: list[str]) -> Conflict:
    """`fields` are the ones of "nickname" and "email" that another account uses."""
    return Conflict(
        _taken_words(fields),
        f"{fields[0]}-taken",
        [{"field": field, "message": _("is taken")} for field in fields],
    )


def _taken_words(fields: list[str]) -> str:
    if len(fields) > 1:
        return _("This nickname and this email are taken.")
    return _("This email is taken.") if fields == ["email"] else _("This nickname is taken.")


def last_admin() -> Conflict:
    return Conflict(
        _("This is the only admin left; make somebody else an admin first."), "last-admin"
    )


def too_many_tokens(limit: int) -> Conflict:
    return Conflict(
        _("You have %(limit)s tokens already; revoke one first.", limit=limit), "too-many-tokens"
    )


def not_a_bot(nickname: str) -> Conflict:
    return Conflict(_("%(nickname)s is a person.", nickname=nickname), "not-a-bot")


def no_such_passkey() -> NotFound:
    return NotFound(_("You have no such passkey."))


def too_many_passkeys(limit: int) -> Conflict:
    return Conflict(
        _("You have %(limit)s passkeys already; remove one first.", limit=limit),
        "too-many-passkeys",
    )


def no_passkeys_here() -> Conflict:
    return Conflict(
        _("Passkeys need a domain name, and PUBLIC_URL has an IP address."), "no-passkeys-here"
    )


def bad_passkey() -> Invalid:
    return Invalid.field("credential", _("was not made for this place, or has been added"))


def unknown_passkey() -> Unauthorized:
    """Removed, of an inactive account, of somebody else, or wrongly signed."""
    return Unauthorized(_("This passkey does not work here."), "unknown-passkey")


def no_provider() -> NotFound:
    return NotFound(_("There is no login provider here."))


def provider_refused() -> Unauthorized:
    """A code that was used, or an ID token that is wrongly signed, late, or of another login."""
    return Unauthorized(
        _("The login at the provider is not valid; begin again."), "provider-refused"
    )


def no_email_from_provider() -> Forbidden:
    return Forbidden(_("The login provider sent no e-mail address."), "no-provider-email")


def email_not_verified() -> Conflict:
    return Conflict(
        _(
            "An account has this e-mail, and the provider has not verified that it is yours. "
            "Log in with your password, then connect the provider in the settings."
        ),
        "provider-email-not-verified",
    )


def connect_in_settings() -> Conflict:
    return Conflict(
        _(
            "An account has this e-mail. Log in to it as usual, then connect the provider in the "
            "settings."
        ),
        "connect-in-settings",
    )


def password_to_connect(challenge: str) -> Unauthorized:
    problem = Unauthorized(
        _("An account has this e-mail. Enter its password to connect it with the provider."),
        "password-to-connect",
    )
    problem.members = {"challenge": challenge}
    return problem


def identity_taken() -> Conflict:
    return Conflict(
        _("Another account here is connected with this login of the provider."), "identity-taken"
    )


def last_way_in() -> Conflict:
    return Conflict(
        _("This is your only way to log in; set a password or add a passkey first."),
        "last-way-in",
    )


def two_step_is_on() -> Conflict:
    return Conflict(_("Two-step login is on already; turn it off first."), "two-step-is-on")


def two_step_not_started() -> Conflict:
    return Conflict(_("Start to set up two-step login first."), "two-step-not-started")


def wrong_first_code() -> Invalid:
    return Invalid.field(
        "code", _("is not the one that the app shows now; is the clock right?"), "wrong-code"
    )


def wrong_login() -> Unauthorized:
    """One message for a missing or inactive account and for a wrong password."""
    return Unauthorized(_("The login or the password is wrong."), "wrong-login")


def second_factor_required(challenge: str) -> Unauthorized:
    """The password is right; `challenge` goes with the second step."""
    problem = Unauthorized(
        _("Enter a code of your authenticator app to finish the login."), "second-factor-required"
    )
    problem.members = {"challenge": challenge}
    return problem


def wrong_code() -> Unauthorized:
    return Unauthorized(_("This code is wrong, or has been used."), "wrong-code")


def challenge_ended() -> Unauthorized:
    """Unknown, answered, expired, or tried too often."""
    return Unauthorized(_("This took too long, or too many attempts; begin again."), "begin-again")


def session_ended() -> Unauthorized:
    return Unauthorized(_("This session has ended; sign in again."), "session-ended")


def session_revoked() -> Unauthorized:
    return Unauthorized(_("This session has been ended; sign in again."), "token-revoked")


def token_revoked() -> Unauthorized:
    return Unauthorized(_("This API token has just been revoked."), "token-revoked")


def account_deactivated() -> Unauthorized:
    return Unauthorized(_("This account has just been deactivated."), "token-revoked")


def invalid_token() -> Unauthorized:
    return Unauthorized(_("This token is not valid."), "token-invalid")


def invalid_api_token() -> Unauthorized:
    return Unauthorized(_("This API token is unknown, expired or revoked."), "token-invalid")


def not_an_api_token() -> Unauthorized:
    return Unauthorized(_("Send an API token as 'Authorization: Bearer …'."))


def session_needed() -> Forbidden:
    return Forbidden(_("Log in to change this; an API token may not."), "session-needed")


def confirmation_needed() -> Forbidden:
    return Forbidden(
        _("Confirm your password first: PUT /api/sessions/current/confirmation."),
        "confirmation-needed",
    )


def no_password() -> Forbidden:
    return Forbidden(
        _("Your account has no password; log out and in again to confirm it is you."),
        "no-password",
    )


def wrong_password() -> Forbidden:
    return Forbidden(_("The current password is wrong."), "wrong-password")


def signup_closed() -> Forbidden:
    return Forbidden(_("Only admins can create accounts here."), "signup-closed")


def invite_needed() -> Forbidden:
    return Forbidden(_("You need an invite to create an account here."), "invite-needed")


def admins_only() -> Forbidden:
    return Forbidden(_("Only admins may do this."), "admins-only")


def not_your_account() -> Forbidden:
    return Forbidden(_("You may change your own account only."), "not-yours")


def scope_missing(scope: str) -> Forbidden:
    return Forbidden(_("This token lacks the scope '%(scope)s'.", scope=scope), "scope-missing")


def scope_exceeded() -> Forbidden:
    return Forbidden(_("A token cannot make one that may do more than itself."), "scope-missing")


def invalid_invite() -> Invalid:
    """Unknown, used, revoked or expired; the answer does not say which."""
    return Invalid(
        [{"field": "invite", "message": _("is invalid or has expired")}],
        "This invite is invalid or has expired.",
        "invite-invalid",
    )
