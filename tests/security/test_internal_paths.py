"""Paths for operators and the services only."""

import pytest
import requests
from gunicorn.config import Config
from gunicorn.http.parser import RequestParser

from servicekit.serve import gunicorn_conf
from servicekit.web.app import create_service
from tests.servicekit.conftest import make_settings
from tests.support.in_process import Client
from tests.support.stack import Stack

SERVICES = range(4)


@pytest.mark.parametrize("service", SERVICES)
def test_metrics_and_readiness_details_are_internal(stack: Stack, service: int) -> None:
    url = f"http://127.0.0.1:{stack.config.port + service}"
    for proxied in ({"X-Forwarded-For": "203.0.113.9"}, {"Forwarded": "for=203.0.113.9"}):
        assert requests.get(f"{url}/metrics", headers=proxied, timeout=10).status_code == 404
        ready = requests.get(f"{url}/readyz", headers=proxied, timeout=10)
        assert ready.json() == {"status": "ready"}
        trusted = proxied | {"X-Service-Secret": stack.service_secret}
        assert requests.get(f"{url}/metrics", headers=trusted, timeout=10).status_code == 200
    assert requests.get(f"{url}/metrics", timeout=10).status_code == 200
    assert "parts" in requests.get(f"{url}/readyz", timeout=10).json()


def test_a_remote_peer_sees_no_metrics() -> None:
    app = create_service("thing_service", make_settings("sqlite://"), title="Things")
    for address, status in (("203.0.113.9", 404), ("127.0.0.1", 200), ("::1", 200)):
        environ = {"REMOTE_ADDR": address}
        assert Client(app).get("/metrics", environ_base=environ).status_code == status


@pytest.mark.parametrize("peer", ["127.0.0.1", "203.0.113.9"])
def test_gunicorn_ignores_scheme_and_path_headers_of_peers(peer: str) -> None:
    config = Config()
    for name in ("forwarded_allow_ips", "forwarder_headers", "secure_scheme_headers"):
        config.set(name, getattr(gunicorn_conf, name))
    claims = b"X-Forwarded-Proto: https\r\nX-Forwarded-Ssl: on\r\nSCRIPT_NAME: /x\r\n"
    data = b"GET / HTTP/1.1\r\nHost: localhost\r\n" + claims + b"\r\n"
    request = next(RequestParser(config, iter([data]), (peer, 1)))
    assert request.scheme == "http"
    assert "SCRIPT_NAME" not in dict(request.headers)
