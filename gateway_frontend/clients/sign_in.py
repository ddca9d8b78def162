"""users_service: logins, sign-up, and the ways to log in."""

from urllib.parse import quote

from gateway_frontend.clients.calls import from_address, seen_from, write
from gateway_frontend.shapes.sign_in import (
    CreatedPasswordReset,
    CreatedSession,
    InviteCheck,
    NewAuthenticatorApp,
    OpenIdEnd,
    OpenIdStart,
    Passkey,
    PasskeyChallenge,
    PasswordReset,
    RecoveryCodes,
    RefreshedSession,
    Registration,
    RequestedMail,
    SignIn,
    Ticket,
)
from servicekit.http import ServiceClient, check, json_of

NO_CONTENT = 204
PROVIDER_TIMEOUT = (1.0, 20.0)
"""users_service asks the OpenID Connect provider meanwhile."""


class SignInClient:
    """The part of users_service that people need to log in."""

    def __init__(self, http: ServiceClient) -> None:
        self.http = http

    def log_in(
        self,
        login: str,
        password: str,
        user_agent: str,
        *,
        device: str | None = None,
        replaces: str | None = None,
    ) -> CreatedSession:
        """`device` is the browser's device cookie, `replaces` its last session token."""
        body = {"login": login, "password": password, "replaces": replaces}
        headers = seen_from(user_agent) | ({"X-Forwarded-Device": device} if device else {})
        return json_of(self.http.post("/api/sessions", json=body, headers=headers), CreatedSession)

    def finish_login(
        self,
        challenge: str,
        code: str,
        user_agent: str,
        *,
        device: str | None = None,
        replaces: str | None = None,
    ) -> CreatedSession:
        """The second step of `log_in`."""
        body = {"challenge": challenge, "code": code, "replaces": replaces}
        headers = seen_from(user_agent) | ({"X-Forwarded-Device": device} if device else {})
        answer = self.http.post("/api/sessions/second-step", json=body, headers=headers)
        return json_of(answer, CreatedSession)

    def refresh(self, session_token: str) -> RefreshedSession:
        body = {"session_token": session_token}
        return json_of(
            self.http.post("/api/sessions/refresh", json=body, headers=from_address()),
            RefreshedSession,
        )

    def ticket(self, token: str) -> Ticket:
        return json_of(
            self.http.post("/api/sessions/ticket", token=token, headers=from_address()), Ticket
        )

    def sign_up(self, person: dict[str, str], user_agent: str) -> None:
        """Creates no API token: the browser would not show it."""
        body = person | {"with_token": False}
        check(self.http.post("/api/users", json=body, headers=seen_from(user_agent)))

    def registration(self) -> Registration:
        """The rule for sign-up, and the ways to log in."""
        return json_of(self.http.get("/internal/registration"), Registration)

    def is_open_invite(self, secret: str) -> bool:
        """Whether this invite can be used."""
        answer = self.http.post("/internal/invites/check", json={"token": secret})
        return json_of(answer, InviteCheck)["open"]

    def summary(self, token: str) -> SignIn:
        """How the person logs in."""
        return json_of(self.http.get("/api/users/me/sign-in", token=token), SignIn)

    def confirm(self, token: str, password: str) -> None:
        write(
            self.http,
            "PUT",
            "/api/sessions/current/confirmation",
            token,
            json={"password": password},
        )

    def change_password(
        self, token: str, current: str, new: str, *, revoke_tokens: bool = True
    ) -> None:
        body = {"current_password": current, "password": new, "revoke_tokens": revoke_tokens}
        write(self.http, "PUT", "/api/users/me/password", token, json=body)

    def start_two_step(self, token: str) -> NewAuthenticatorApp:
        return json_of(
            write(self.http, "POST", "/api/users/me/two-step", token), NewAuthenticatorApp
        )

    def confirm_two_step(self, token: str, code: str) -> RecoveryCodes:
        path = "/api/users/me/two-step/confirm"
        return json_of(write(self.http, "POST", path, token, json={"code": code}), RecoveryCodes)

    def renew_recovery_codes(self, token: str) -> RecoveryCodes:
        path = "/api/users/me/two-step/recovery-codes"
        return json_of(write(self.http, "POST", path, token), RecoveryCodes)

    def end_two_step(self, token: str) -> None:
        write(self.http, "DELETE", "/api/users/me/two-step", token)

    def end_two_step_of(self, token: str, user_id: int) -> None:
        """For admins."""
        write(self.http, "DELETE", f"/api/users/{user_id}/two-step", token)

    def ask_for_passkey(self, second_step: str | None) -> PasskeyChallenge:
        """For a login with any passkey, or for the second step of the one with that challenge."""
        answer = self.http.post(
            "/api/sessions/passkey-options",
            json={"challenge": second_step},
            headers=from_address(),
        )
        return json_of(answer, PasskeyChallenge)

    def log_in_with_passkey(
        self, challenge: str, credential: object, user_agent: str, *, replaces: str | None = None
    ) -> CreatedSession:
        body = {"challenge": challenge, "credential": credential, "replaces": replaces}
        answer = self.http.post("/api/sessions/passkey", json=body, headers=seen_from(user_agent))
        return json_of(answer, CreatedSession)

    def passkeys(self, token: str) -> list[Passkey]:
        return json_of(self.http.get("/api/users/me/passkeys", token=token), list[Passkey])

    def start_passkey(self, token: str) -> PasskeyChallenge:
        path = "/api/users/me/passkeys/options"
        return json_of(write(self.http, "POST", path, token), PasskeyChallenge)

    def add_passkey(self, token: str, name: str, challenge: str, credential: object) -> None:
        body = {"name": name, "challenge": challenge, "credential": credential}
        write(self.http, "POST", "/api/users/me/passkeys", token, json=body)

    def rename_passkey(self, token: str, passkey_id: int, name: str) -> None:
        write(
            self.http, "PATCH", f"/api/users/me/passkeys/{passkey_id}", token, json={"name": name}
        )

    def remove_passkey(self, token: str, passkey_id: int) -> None:
        write(self.http, "DELETE", f"/api/users/me/passkeys/{passkey_id}", token)

    def start_openid(self, invite: str | None = None, *, token: str | None = None) -> OpenIdStart:
        """Where the browser logs in at the provider; with a token to connect that account."""
        answer = self.http.post(
            "/internal/openid/start",
            json={"invite": invite},
            token=token,
            headers=from_address(),
            timeout=PROVIDER_TIMEOUT,
        )
        return json_of(answer, OpenIdStart)

    def finish_openid(
        self,
        challenge: str,
        state: str,
        code: str,
        user_agent: str,
        *,
        replaces: str | None = None,
        token: str | None = None,
    ) -> CreatedSession | None:
        """None after connecting the account of `token`."""
        body = {"challenge": challenge, "state": state, "code": code, "replaces": replaces}
        answer = self.http.post(
            "/internal/openid/finish",
            json=body,
            token=token,
            headers=seen_from(user_agent),
            timeout=PROVIDER_TIMEOUT,
        )
        return None if answer.status_code == NO_CONTENT else json_of(answer, CreatedSession)

    def connect_openid(
        self,
        challenge: str,
        password: str,
        user_agent: str,
        *,
        device: str | None = None,
        replaces: str | None = None,
    ) -> CreatedSession:
        """Connect the account with the provider's e-mail by its password."""
        body = {"challenge": challenge, "password": password, "replaces": replaces}
        headers = seen_from(user_agent) | ({"X-Forwarded-Device": device} if device else {})
        answer = self.http.post("/internal/openid/connect", json=body, headers=headers)
        return json_of(answer, CreatedSession)

    def openid_end(self) -> OpenIdEnd:
        answer = self.http.get("/internal/openid/end", timeout=PROVIDER_TIMEOUT)
        return json_of(answer, OpenIdEnd)

    def disconnect(self, token: str, identity_id: int) -> None:
        write(self.http, "DELETE", f"/api/users/me/identities/{identity_id}", token)

    def request_password_reset(self, email: str) -> RequestedMail:
        answer = self.http.post(
            "/api/password-resets", json={"email": email}, headers=from_address()
        )
        return json_of(answer, RequestedMail)

    def send_email_confirmation(self, token: str) -> RequestedMail:
        answer = write(self.http, "POST", "/api/users/me/email-confirmation", token)
        return json_of(answer, RequestedMail)

    def confirm_email(self, secret: str) -> None:
        path = f"/api/users/email-confirmations/{quote(secret, safe='')}"
        check(self.http.put(path, headers=from_address()))

    def password_reset(self, secret: str) -> PasswordReset:
        path = f"/api/password-resets/{quote(secret, safe='')}"
        return json_of(self.http.get(path, headers=from_address()), PasswordReset)

    def use_password_reset(self, secret: str, password: str) -> None:
        path = f"/api/password-resets/{quote(secret, safe='')}"
        check(self.http.post(path, json={"password": password}, headers=from_address()))

    def make_password_reset(self, token: str, user_id: int) -> CreatedPasswordReset:
        """For admins."""
        answer = write(self.http, "POST", f"/api/users/{user_id}/password-reset", token)
        return json_of(answer, CreatedPasswordReset)
