"""Routes that all four services have."""

import json
import re

import pytest
import requests

from tests.contracts.shapes import assert_problem
from tests.support.stack import Stack

SERVICES = ("gateway_frontend", "users_service", "messages_service", "realtime_service")
WITH_DATABASE = ("gateway_frontend", "users_service", "messages_service")


def url_of(stack: Stack, service: str) -> str:
    return {
        "gateway_frontend": stack.url,
        "users_service": stack.users_url,
        "messages_service": stack.messages_url,
        "realtime_service": stack.realtime_url,
    }[service]


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(stack: Stack, service: str) -> str:
    return url_of(stack, service)


def test_the_version_names_the_service(url: str, service: str) -> None:
    version = requests.get(url + "/api/version").json()

    assert version["service"] == service
    assert re.fullmatch(r"\d+\.\d+\.\d+", version["version"])


def test_health_and_readiness_report_every_dependency(url: str) -> None:
    assert requests.get(url + "/healthz").status_code == 200
    ready = requests.get(url + "/readyz")
    assert ready.status_code == 200
    assert set(ready.json()["parts"].values()) == {"ready"}


@pytest.mark.parametrize("name", WITH_DATABASE)
def test_the_database_is_alive(stack: Stack, name: str) -> None:
    answer = requests.get(url_of(stack, name) + "/db/alive")

    assert answer.status_code == 200
    assert answer.json()["status"] == "healthy"
    assert "message" in answer.json()


def test_metrics_are_in_prometheus_text_form(url: str) -> None:
    requests.get(url + "/healthz")
    metrics = requests.get(url + "/metrics")

    assert metrics.headers["Content-Type"].startswith("text/plain")
    assert "# TYPE" in metrics.text


def test_every_service_publishes_openapi(url: str) -> None:
    description = requests.get(url + "/openapi.json").json()

    assert description["openapi"].startswith("3.")
    assert description["info"]["title"]


def test_docs_load_no_asset_from_other_hosts(url: str) -> None:
    page = requests.get(url + "/docs")

    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assets = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert assets
    for asset in assets:
        assert not re.match(r"(https?:)?//", asset), asset
        if asset.startswith("/docs/"):
            assert requests.get(url + asset).status_code == 200, asset


def test_the_gateways_docs_show_every_service(stack: Stack) -> None:
    page = requests.get(stack.url + "/docs").text

    for name in ("users_service", "messages_service"):
        assert name in page


def test_socket_io_events_are_described_as_asyncapi(stack: Stack) -> None:
    answer = requests.get(stack.realtime_url + "/asyncapi.json")

    assert answer.status_code == 200
    assert answer.json()["asyncapi"].startswith(("2.", "3."))
    assert "resync" in answer.text


@pytest.mark.parametrize("path", ["/api/nothing", "/api/users/99999999999999999999"])
def test_an_unknown_path_is_a_problem_in_json(url: str, path: str) -> None:
    assert_problem(requests.get(url + path), 404)


@pytest.mark.parametrize("path", ["/healthz", "/api/version"])
def test_a_wrong_method_gets_405_with_the_allowed_methods(url: str, path: str) -> None:
    answer = requests.delete(url + path)

    assert_problem(answer, 405)
    assert "GET" in answer.headers["Allow"]


def test_a_request_id_is_returned(url: str) -> None:
    answer = requests.get(url + "/healthz", headers={"X-Request-ID": "my-id-1"})

    assert answer.headers["X-Request-ID"] == "my-id-1"


@pytest.mark.parametrize("bad", ["x" * 500, "a b;c", "ä", "<script>"])
def test_an_unsafe_request_id_is_replaced(url: str, bad: str) -> None:
    answer = requests.get(url + "/healthz", headers={"X-Request-ID": bad.encode()})

    assert answer.status_code == 200
    assert answer.headers["X-Request-ID"] != bad
    assert re.fullmatch(r"[\w.-]{8,64}", answer.headers["X-Request-ID"])


def test_internal_paths_need_the_service_secret(stack: Stack) -> None:
    for url, path in (
        (stack.users_url, "/internal/feed"),
        (stack.messages_url, "/internal/users/1/conversations"),
    ):
        assert_problem(requests.get(url + path), 403)
        wrong = {"X-Service-Secret": "x" * 40}
        assert_problem(requests.get(url + path, headers=wrong), 403)
        right = {"X-Service-Secret": stack.service_secret}
        assert requests.get(url + path, headers=right).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/internal/feed", "/api/../internal/feed", "/api/%2e%2e/internal/feed", "//internal/feed"],
)
def test_the_gateway_does_not_forward_internal_paths(stack: Stack, path: str) -> None:
    headers = {"X-Service-Secret": stack.service_secret}
    prepared = requests.Request("GET", stack.url, headers=headers).prepare()
    prepared.url = stack.url + path  # as it stands: no dots resolved on this side
    answer = requests.Session().send(prepared, timeout=15, allow_redirects=False)

    assert answer.status_code == 404
    assert "entries" not in answer.text


def test_a_request_id_appears_in_the_logs_of_every_hop(stack: Stack) -> None:
    alice = stack.sign_up("alice")
    request_id = "follow-me-through-1"

    answer = alice.api.post(
        "/api/messages",
        json={"content": "hello", "recipient_id": alice.id},
        headers={"X-Request-ID": request_id},
    )

    assert answer.headers["X-Request-ID"] == request_id
    for name in ("gateway_frontend", "messages_service"):
        assert request_id in stack.logs(name), name


def test_health_answers_are_json(url: str) -> None:
    assert json.loads(requests.get(url + "/healthz").text) == {"status": "alive"}
