"""The coded errors of users_service."""

from servicekit.web.errors import Conflict, Forbidden, Invalid, NotFound, Unauthorized


def no_such_person() -> NotFound:
    return NotFound("There is no such person.")


def no_picture() -> NotFound:
    return NotFound("This person has no picture.")


def no_such_session() -> NotFound:
    return NotFound("You have no such session.")


def token_is_no_session() -> NotFound:
    return NotFound("An API token is not a session.")


def no_such_token() -> NotFound:
    return NotFound("You have no such token.")


def no_such_invite() -> NotFound:
    return NotFound("There is no such open invite.")


def taken(fields: list[str]) -> Conflict:
    """`fields` are the ones of "nickname" and "email" that another account uses."""
    return Conflict(
        f"This {' and this '.join(fields)} {'are' if len(fields) > 1 else 'is'} taken.",
        f"{fields[0]}-taken",
        [{"field": field, "message": "is taken"} for field in fields],
    )


def last_admin() -> Conflict:
    return Conflict("This is the only admin left; make somebody else an admin first.", "last-admin")


def too_many_tokens(limit: int) -> Conflict:
    return Conflict(f"You have {limit} tokens already; revoke one first.", "too-many-tokens")


def not_a_bot(nickname: str) -> Conflict:
    return Conflict(f"{nickname} is a person.", "not-a-bot")


def wrong_login() -> Unauthorized:
    """One message for a missing or inactive account and for a wrong password."""
    return Unauthorized("The login or the password is wrong.", "wrong-login")


def session_ended() -> Unauthorized:
    return Unauthorized("This session has ended; sign in again.", "session-ended")


def session_revoked() -> Unauthorized:
    return Unauthorized("This session has been ended; sign in again.", "token-revoked")


def token_revoked() -> Unauthorized:
    return Unauthorized("This API token has just been revoked.", "token-revoked")


def account_deactivated() -> Unauthorized:
    return Unauthorized("This account has just been deactivated.", "token-revoked")


def invalid_token() -> Unauthorized:
    return Unauthorized("This token is not valid.", "token-invalid")


def invalid_api_token() -> Unauthorized:
    return Unauthorized("This API token is unknown, expired or revoked.", "token-invalid")


def not_an_api_token() -> Unauthorized:
    return Unauthorized("Send an API token as 'Authorization: Bearer …'.")


def wrong_password() -> Forbidden:
    return Forbidden("The current password is wrong.", "wrong-password")


def signup_closed() -> Forbidden:
    return Forbidden("Only admins can create accounts here.", "signup-closed")


def invite_needed() -> Forbidden:
    return Forbidden("You need an invite to create an account here.", "invite-needed")


def admins_only() -> Forbidden:
    return Forbidden("Only admins may do this.", "admins-only")


def not_your_account() -> Forbidden:
    return Forbidden("You may change your own account only.", "not-yours")


def scope_missing(scope: str) -> Forbidden:
    return Forbidden(f"This token lacks the scope '{scope}'.", "scope-missing")


def scope_exceeded() -> Forbidden:
    return Forbidden("A token cannot make one that may do more than itself.", "scope-missing")


def invalid_invite() -> Invalid:
    """Unknown, used, revoked or expired; the answer does not say which."""
    return Invalid(
        [{"field": "invite", "message": "is invalid or has expired"}],
        "This invite is invalid or has expired.",
        "invite-invalid",
    )
