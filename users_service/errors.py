"""The coded errors of users_service."""

from servicekit.web.errors import Conflict, Forbidden, Invalid, Unauthorized


class Taken(Conflict):
    """`fields` are the ones of "nickname" and "email" that another account uses."""

    def __init__(self, fields: list[str]) -> None:
        self.fields = fields
        super().__init__(
            f"This {' and this '.join(fields)} {'are' if len(fields) > 1 else 'is'} taken.",
            f"{fields[0]}-taken",
            [{"field": field, "message": "is taken"} for field in fields],
        )


class LastAdmin(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "This is the only admin left; make somebody else an admin first.", "last-admin"
        )


class TooManyTokens(Conflict):
    def __init__(self, limit: int) -> None:
        super().__init__(f"You have {limit} tokens already; revoke one first.", "too-many-tokens")


class WrongLogin(Unauthorized):
    """One message for a missing or inactive account and for a wrong password."""

    def __init__(self) -> None:
        super().__init__("The login or the password is wrong.", "wrong-login")


class SessionEnded(Unauthorized):
    def __init__(self) -> None:
        super().__init__("This session has ended; sign in again.", "session-ended")


class WrongPassword(Forbidden):
    def __init__(self) -> None:
        super().__init__("The current password is wrong.", "wrong-password")


class SignupClosed(Forbidden):
    def __init__(self) -> None:
        super().__init__("Only admins can create accounts here.", "signup-closed")


class InviteNeeded(Forbidden):
    def __init__(self) -> None:
        super().__init__("You need an invite to create an account here.", "invite-needed")


class InviteInvalid(Invalid):
    """Unknown, used, revoked or expired; the answer does not say which."""

    def __init__(self) -> None:
        super().__init__(
            [{"field": "invite", "message": "is invalid or has expired"}],
            "This invite is invalid or has expired.",
            "invite-invalid",
        )


class AdminsOnly(Forbidden):
    def __init__(self) -> None:
        super().__init__("Only admins may do this.", "admins-only")
