"""A client of a service that is called for the person whose request is being answered."""

from typing import Any

from flask import has_request_context
from requests import Response

from servicekit.http import ServiceClient
from servicekit.web.service_calls import client_address


class ForwardingClient(ServiceClient):
    """Names the person's address, which limits and the audit log would else take from the peer."""

    def request(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any
    ) -> Response:
        if has_request_context():
            headers = {"X-Forwarded-For": client_address(), **(headers or {})}
        return super().request(method, path, headers=headers, **options)
