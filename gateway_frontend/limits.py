"""The limits that forms show, from the services that own them."""

from gateway_frontend.remembered import TIMEOUT, Remembered
from servicekit.http import ServiceClient, json_of


def service_limits(service: ServiceClient) -> Remembered[dict[str, int]]:
    """The limits of one service by the name of the field.

    Before the first answer there are none: forms show no limit then, and the service alone checks
    what is sent.
    """

    def ask() -> dict[str, int]:
        return json_of(service.get("/internal/limits", timeout=TIMEOUT), dict[str, int])

    return Remembered(ask, {})


class Limits:
    """The limits of the two data services, as templates name them."""

    def __init__(self, users: ServiceClient, messages: ServiceClient) -> None:
        self._users, self._messages = service_limits(users), service_limits(messages)

    @property
    def users(self) -> dict[str, int]:
        return self._users.read()

    @property
    def messages(self) -> dict[str, int]:
        return self._messages.read()
