"""The limits in forms are those of the services that own the fields."""

from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from gateway_frontend import remembered
from gateway_frontend.limits import service_limits
from servicekit.http import ServiceClient
from tests.gateway_frontend.visitors import Visitor
from tests.support.cast import Person
from tests.support.ports import free_port
from tests.support.proxy import Proxy
from tests.support.stack import Stack


def test_forms_show_the_limits_of_the_services(
    visitor: Visitor, alice: Person, bob: Person
) -> None:
    visitor.log_in(alice)

    room = visitor.get("/app/rooms/new").text
    composer = visitor.get(f"/app/u/{bob.id}").text
    settings = visitor.get("/settings").text

    assert 'maxlength="80"' in room
    assert 'maxlength="500"' in room
    assert 'maxlength="10000"' in composer
    assert 'data-most="10"' in composer
    assert 'data-max-bytes="20000000"' in composer
    assert 'maxlength="32"' in settings


def test_limits_stay_known_while_their_service_is_away(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "REMEMBERED_SECONDS", 0.0)
    proxy = Proxy(urlsplit(stack.messages_url).port or 0)
    client = ServiceClient(
        f"http://127.0.0.1:{proxy.port}", service_secret=SecretStr(stack.service_secret)
    )
    messages = service_limits(client)
    known = messages.read()

    proxy.reset()
    later = messages.read()
    proxy.close()

    assert known["content"] == 10_000
    assert later == known


def test_there_are_no_limits_before_the_first_answer() -> None:
    assert service_limits(ServiceClient(f"http://127.0.0.1:{free_port()}")).read() == {}
