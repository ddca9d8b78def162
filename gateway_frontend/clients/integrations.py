"""Calls of the pages about bots, webhooks and commands; failures are raised as Problem."""

from collections.abc import Mapping
from typing import Literal, TypeVar

from gateway_frontend.clients.calls import write
from gateway_frontend.shapes.integrations import (
    Command,
    CreatedBot,
    CreatedCommand,
    CreatedWebhook,
    Delivery,
    RanCommand,
    Webhook,
)
from gateway_frontend.shapes.people import User
from gateway_frontend.shapes.sign_in import CreatedToken, Token
from servicekit.http import ServiceClient, json_of

Kind = Literal["incoming", "outgoing"]
Shape = TypeVar("Shape")
MOST = 200
"""Entries of one page."""


class IntegrationsClient:
    """users_service for bots, messages_service for the rest; both check the caller's rights."""

    def __init__(self, users: ServiceClient, messages: ServiceClient) -> None:
        self._users, self._messages = users, messages

    def bots(self, token: str) -> list[User]:
        """Inactive ones included."""
        params = {"role": "bot", "inactive": "true", "limit": MOST}
        return json_of(self._users.get("/api/users", params=params, token=token), list[User])

    def bot(self, token: str, bot_id: int) -> User:
        return json_of(self._users.get(f"/api/users/{bot_id}", token=token), User)

    def make_bot(self, token: str, name: str, nickname: str) -> CreatedBot:
        bot = {"name": name, "nickname": nickname, "role": "bot"}
        return self._made(self._users, "/api/users", token, bot, CreatedBot)

    def tokens(self, token: str, bot_id: int) -> list[Token]:
        path = f"/api/users/{bot_id}/tokens"
        return json_of(self._users.get(path, params={"limit": MOST}, token=token), list[Token])

    def make_token(self, token: str, bot_id: int, name: str) -> CreatedToken:
        path = f"/api/users/{bot_id}/tokens"
        return self._made(self._users, path, token, {"name": name}, CreatedToken)

    def revoke_token(self, token: str, bot_id: int, token_id: int) -> None:
        write(self._users, "DELETE", f"/api/users/{bot_id}/tokens/{token_id}", token)

    def webhooks(self, token: str, kind: Kind, conversation_id: int | None = None) -> list[Webhook]:
        """Those that the caller may manage."""
        params = {"conversation_id": conversation_id, "limit": MOST}
        answer = self._messages.get(f"/api/webhooks/{kind}", params=params, token=token)
        return json_of(answer, list[Webhook])

    def webhook(self, token: str, kind: Kind, webhook_id: int) -> Webhook:
        answer = self._messages.get(f"/api/webhooks/{kind}/{webhook_id}", token=token)
        return json_of(answer, Webhook)

    def make_webhook(self, token: str, kind: Kind, webhook: Mapping[str, object]) -> CreatedWebhook:
        return self._made(self._messages, f"/api/webhooks/{kind}", token, webhook, CreatedWebhook)

    def switch_webhook(self, token: str, kind: Kind, webhook_id: int, *, enabled: bool) -> None:
        path = f"/api/webhooks/{kind}/{webhook_id}"
        write(self._messages, "PATCH", path, token, json={"enabled": enabled})

    def delete_webhook(self, token: str, kind: Kind, webhook_id: int) -> None:
        write(self._messages, "DELETE", f"/api/webhooks/{kind}/{webhook_id}", token)

    def deliveries(self, token: str, webhook_id: int, before: int | None) -> list[Delivery]:
        """Newest first, at most 50."""
        path = f"/api/webhooks/outgoing/{webhook_id}/deliveries"
        answer = self._messages.get(path, params={"before": before, "limit": 50}, token=token)
        return json_of(answer, list[Delivery])

    def commands(self, token: str) -> list[Command]:
        answer = self._messages.get("/api/commands", params={"limit": MOST}, token=token)
        return json_of(answer, list[Command])

    def make_command(self, token: str, command: Mapping[str, object]) -> CreatedCommand:
        return self._made(self._messages, "/api/commands", token, command, CreatedCommand)

    def delete_command(self, token: str, command_id: int) -> None:
        write(self._messages, "DELETE", f"/api/commands/{command_id}", token)

    def run_command(self, token: str, conversation_id: int, text: str) -> RanCommand:
        path = f"/api/conversations/{conversation_id}/commands"
        return self._made(self._messages, path, token, {"text": text}, RanCommand)

    def _made(
        self,
        service: ServiceClient,
        path: str,
        token: str,
        body: Mapping[str, object],
        shape: type[Shape],
    ) -> Shape:
        timeout = (1.0, 15.0)  # a command's own server may take its time
        return json_of(write(service, "POST", path, token, json=body, timeout=timeout), shape)
