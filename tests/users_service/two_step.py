"""People with two-step login."""

from datetime import datetime

import pyotp

from tests.users_service.conftest import Person, Service

PATH = "/api/users/me/two-step"


class App:
    """An authenticator app with bob's secret; `offset` are steps of its clock."""

    def __init__(self, secret: str) -> None:
        self._totp = pyotp.TOTP(secret)

    def code(self, offset: int = 0) -> str:
        return self._totp.at(datetime.now(), counter_offset=offset)


def turn_on(person: Person) -> tuple[App, list[str]]:
    """The second step of the person; the code of the step before now has been used."""
    token = person.log_in()["access_token"]
    started = person.post(PATH, token=token)
    assert started.status_code == 200, started.text
    app = App(started.json["secret"])
    confirmed = person.post(f"{PATH}/confirm", {"code": app.code(-1)}, token=token)
    assert confirmed.status_code == 200, confirmed.text
    return app, confirmed.json["recovery_codes"]


def ask(service: Service, login: str = "bob") -> str:
    """The challenge of a login with the right password."""
    answer = service.log_in(login)
    assert answer.status_code == 401
    assert answer.json["type"] == "urn:parley:problem:second-factor-required"
    challenge: str = answer.json["challenge"]
    return challenge
