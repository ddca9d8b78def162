"""Schemathesis over the OpenAPI descriptions: no 5xx, and no answer that is not described."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from tests.support.cast import Person
from tests.support.stack import Stack

CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_headers_conformance", "response_schema_conformance", "unsupported_method",
    "allow_header_conformance",
)  # fmt: skip
SCHEMATHESIS = Path(sys.executable).with_name("st")
# Whose description, asked where.
TARGETS = {
    "users_service": ("users_url", "users_url"),
    "messages_service": ("messages_url", "messages_url"),
    "gateway_frontend": ("url", "url"),
    "messages_service by the gateway": ("messages_url", "url"),
}


@pytest.fixture(params=TARGETS)
def target(request: pytest.FixtureRequest, stack: Stack) -> tuple[str, str]:
    """The URL of a description, and of the server that is to keep to it."""
    described, asked = (getattr(stack, name) for name in TARGETS[request.param])
    return described + "/openapi.json", asked


@pytest.mark.usefixtures("dana")
@pytest.mark.timeout(300)
def test_every_answer_with_a_token_is_described(target: tuple[str, str], stack: Stack) -> None:
    somebody = somebody_with_a_high_id(stack)
    description, url = target
    # What the gateway passes on was asked in every way at its owner.
    phases = "coverage,fuzzing" if description.startswith(url) else "fuzzing"
    token = f"Authorization: Bearer {somebody.token}"

    run_schemathesis(target, "--phases", phases, "--max-examples", "8", "--header", token)

    assert somebody.api.get("/api/messages").status_code == 200, "the token was lost on the way"


@pytest.mark.timeout(300)
def test_every_answer_without_a_token_is_described(target: tuple[str, str]) -> None:
    run_schemathesis(target, "--phases", "fuzzing", "--max-examples", "4")


def test_every_path_of_the_contract_is_described(stack: Stack) -> None:
    paths = {
        *requests.get(stack.users_url + "/openapi.json").json()["paths"],
        *requests.get(stack.messages_url + "/openapi.json").json()["paths"],
    }

    assert paths >= {
        "/api/users", "/api/users/{id}", "/api/sessions", "/api/sessions/refresh",
        "/api/sessions/{id}", "/api/tokens", "/api/tokens/{id}", "/api/invites",
        "/.well-known/jwks.json", "/api/messages", "/api/users/{user_id}/messages",
        "/api/messages/{message_id}", "/api/messages/{message_id}/replies",
        "/api/messages/{message_id}/history", "/api/conversations",
        "/api/conversations/{conversation_id}", "/api/conversations/{conversation_id}/members",
        "/api/conversations/{conversation_id}/members/{user_id}",
        "/api/conversations/{conversation_id}/messages",
        "/api/conversations/{conversation_id}/events",
        "/api/conversations/{conversation_id}/read", "/api/sync",
    }  # fmt: skip
    assert not [path for path in paths if path.startswith("/internal")]


def somebody_with_a_high_id(stack: Stack) -> Person:
    """Generated ids are low ones, and who deletes oneself sees nothing but 401 from then on."""
    for number in range(20):
        unique = f"crowd{time.monotonic_ns()}"
        details = {"name": f"N{number}", "nickname": unique, "email": f"{unique}@example.com"}
        requests.post(stack.users_url + "/api/users", json=details, timeout=15)
    return stack.sign_up("charlie")


def run_schemathesis(target: tuple[str, str], *options: str) -> None:
    """Fails with the findings; the seed is fixed, so that they are the same the next time."""
    description, url = target
    fixed = (
        "--checks", ",".join(CHECKS), "--url", url, "--seed", "1", "--no-color",
        "--warnings", "off", "--continue-on-failure", "--suppress-health-check", "all",
    )  # fmt: skip
    done = subprocess.run(
        (SCHEMATHESIS, "run", description, *fixed, *options),
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "Test cases:" in done.stdout
