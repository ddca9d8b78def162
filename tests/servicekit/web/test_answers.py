"""How every service answers: problems, request ids, health, and its description."""

import pytest
from flask_openapi3.openapi import OpenAPI

from servicekit.web.schemas import MAX_ID
from tests.servicekit.conftest import SECRET
from tests.support.in_process import Answer, Client


@pytest.fixture
def client(app: OpenAPI) -> Client:
    return Client(app)


def assert_problem(response: Answer, status: int, code: str) -> None:
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    body = response.json
    assert body["type"] == f"urn:parley:problem:{code}"
    assert body["status"] == status
    assert body["detail"]
    assert body["request_id"] == response.headers["X-Request-ID"]


def test_broken_json_is_a_400(client: Client) -> None:
    response = client.post("/api/things/1", data="{", content_type="application/json")
    assert_problem(response, 400, "broken-json")


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b'{"text": "\\ud800"}', b'{"text": NaN}', b"[" * 5000]
)
def test_json_outside_the_standard_is_a_400(client: Client, body: bytes) -> None:
    response = client.post("/api/things/1", data=body, content_type="application/json")
    assert_problem(response, 400, "broken-json")


def test_a_body_of_another_type_is_a_415(client: Client) -> None:
    assert_problem(client.post("/api/things/1", data="text=hi"), 415, "unsupported-media-type")


def test_a_body_over_the_limit_is_a_413(client: Client) -> None:
    response = client.post("/api/things/1", json={"text": "x" * 1_100_000})
    assert_problem(response, 413, "too-large")


def test_wrong_values_are_a_422_that_names_every_field(client: Client) -> None:
    response = client.post("/api/things/1", json={"text": "a\x00b", "owner_id": 0, "colour": "red"})
    assert_problem(response, 422, "invalid")
    fields = {error["field"] for error in response.json["errors"]}
    assert fields == {"text", "owner_id", "colour"}


@pytest.mark.parametrize("body", ["[]", "null", "3", '"text"', "{}"])
def test_json_of_another_shape_is_a_422(client: Client, body: str) -> None:
    response = client.post("/api/things/1", data=body, content_type="application/json")
    assert_problem(response, 422, "invalid")


def test_an_unknown_path_is_a_404(client: Client) -> None:
    assert_problem(client.get("/nowhere"), 404, "not-found")


def test_an_id_larger_than_any_database_has_is_a_404(client: Client) -> None:
    assert_problem(client.post(f"/api/things/{MAX_ID + 1}", json={"text": "a"}), 404, "not-found")


def test_a_wrong_method_is_a_405_that_lists_the_allowed_ones(client: Client) -> None:
    response = client.delete("/api/things/1")
    assert_problem(response, 405, "method-not-allowed")
    assert "POST" in response.headers["Allow"]


def test_an_unexpected_error_does_not_reveal_its_cause(client: Client) -> None:
    response = client.get("/api/broken")
    assert_problem(response, 500, "internal")
    assert "cause" not in response.text


def test_without_a_token_the_answer_is_a_401_with_a_challenge(client: Client) -> None:
    response = client.get("/api/me")
    assert_problem(response, 401, "unauthorized")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_internal_paths_need_the_service_secret(client: Client) -> None:
    assert_problem(client.get("/internal/things"), 403, "not-a-service")
    wrong = client.get("/internal/things", headers={"X-Service-Secret": "é" * 32})
    assert_problem(wrong, 403, "not-a-service")
    assert client.get("/internal/things", headers={"X-Service-Secret": SECRET}).status_code == 200


def test_a_safe_request_id_is_kept_and_an_unsafe_one_replaced(client: Client) -> None:
    kept = client.get("/healthz", headers={"X-Request-ID": "abc-123"})
    assert kept.headers["X-Request-ID"] == "abc-123"
    made = client.get("/healthz", headers={"X-Request-ID": "x" * 300})
    assert len(made.headers["X-Request-ID"]) == 16


def test_health_readiness_version_and_metrics_answer(client: Client) -> None:
    assert client.get("/healthz").json == {"status": "alive"}
    assert client.get("/readyz").json == {"status": "ready", "parts": {"database": "ready"}}
    assert client.get("/db/alive").json["status"] == "healthy"
    assert client.get("/api/version").json["service"] == "thing_service"
    assert 'route="/readyz"' in client.get("/metrics").text


def test_the_description_lists_the_problems_of_each_operation(client: Client) -> None:
    document = client.get("/openapi.json").json
    responses = document["paths"]["/api/things/{id}"]["post"]["responses"]
    assert {"400", "401", "404", "413", "415", "422", "429", "503"} <= set(responses)
    assert "#/components/responses/422" in responses["422"]["$ref"]


def test_the_docs_page_loads_nothing_from_other_hosts(client: Client) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    assert "http" not in page.text
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
