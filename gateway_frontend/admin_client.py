"""What pages for administrators ask of the services; failures are raised as Problem."""

from collections.abc import Mapping
from typing import Any, TypeVar

from requests import Response

from gateway_frontend.shapes import PlaceSettings
from servicekit.http import ServiceClient, check, json_of
from servicekit.web.service_calls import client_address

Value = TypeVar("Value")


class AdminClient:
    """users_service and messages_service, which both check that the caller is an administrator."""

    def __init__(self, users: ServiceClient, messages: ServiceClient) -> None:
        self.users, self.messages = users, messages

    def settings(self, token: str) -> PlaceSettings:
        return json_of(self.users.get("/api/settings", token=token), PlaceSettings)

    def change_settings(self, token: str, changes: Mapping[str, object]) -> None:
        self._write(self.users, "PATCH", "/api/settings", token, json=changes)

    def put_icon(self, token: str, content: bytes, content_type: str) -> None:
        headers = {"Content-Type": content_type}
        self._write(self.users, "PUT", "/api/settings/icon", token, data=content, headers=headers)

    def delete_icon(self, token: str) -> None:
        self._write(self.users, "DELETE", "/api/settings/icon", token)

    def _write(
        self, service: ServiceClient, method: str, path: str, token: str, **options: Any
    ) -> Response:
        """The answer to a change. The audit log names the person's address, not the gateway's."""
        headers = {"X-Forwarded-For": client_address(), **options.pop("headers", {})}
        return check(service.request(method, path, token=token, headers=headers, **options))
