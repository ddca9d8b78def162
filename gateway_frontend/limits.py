"""The limits that forms show, from the services that own them."""

from gateway_frontend.remembered import TIMEOUT, Remembered
from gateway_frontend.shapes.administration import Place
from servicekit.http import ServiceClient, json_of

Values = dict[str, int]


def service_limits(service: ServiceClient) -> Remembered[dict[str, int]]:
    """The limits of one service by the name of the field.

    Before the first answer there are none: forms show no limit then, and the service alone checks
    what is sent.
    """

    def ask() -> dict[str, int]:
        return json_of(service.get("/internal/limits", timeout=TIMEOUT), dict[str, int])

    return Remembered(ask, {})


class Limits:
    """The limits of the two data services, as templates name them.

    Those that administrators have lowered come with the place, so that they are never stale.
    """

    def __init__(
        self, users: ServiceClient, messages: ServiceClient, place: Remembered[Place]
    ) -> None:
        self._users, self._messages = service_limits(users), service_limits(messages)
        self._place = place
        self._lowered: tuple[Values, Values, Values] = ({}, {}, {})
        """Those of the service, those of the place, and the lower of both: pages ask often."""

    @property
    def users(self) -> dict[str, int]:
        return self._users.read()

    @property
    def messages(self) -> dict[str, int]:
        known, chosen = self._messages.read(), self._place.read()["limits"]
        last_known, last_chosen, lowered = self._lowered
        if known is not last_known or chosen is not last_chosen:
            lowered = {name: min(value, chosen.get(name, value)) for name, value in known.items()}
            self._lowered = known, chosen, lowered
        return lowered
