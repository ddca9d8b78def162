"""Schemathesis over the OpenAPI descriptions: no 5xx, and no answer that is not described."""

import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.support.examples import examples
from tests.support.stack import Stack

pytestmark = pytest.mark.slow

CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_headers_conformance", "response_schema_conformance", "unsupported_method",
)  # fmt: skip
# Not asked of the gateway, which takes any method of a path that it passes on.
OWNERS_CHECKS = (*CHECKS, "allow_header_conformance")
SCHEMATHESIS = Path(sys.executable).with_name("st")
# The service that has the description, and the one that is asked for it.
TARGETS = {
    "users_service": ("users_url", "users_url"),
    "messages_service": ("messages_url", "messages_url"),
    "gateway_frontend": ("url", "url"),
    "messages_service by the gateway": ("messages_url", "url"),
}

# With ids that it has seen, Schemathesis would end its own token, and learn 401 from then on.
FAREWELLS = (
    "DELETE /api/users/{user_id}",
    "DELETE /api/tokens/{token_id}",
    "PUT /api/users/me/password",
)


@pytest.fixture(params=TARGETS)
def target(request: pytest.FixtureRequest, stack: Stack) -> tuple[str, str]:
    """The URL of a description, and of the server that is to keep to it."""
    described, asked = (getattr(stack, name) for name in TARGETS[request.param])
    return described + "/openapi.json", asked


@pytest.mark.usefixtures("dana")
@pytest.mark.timeout(300)
def test_every_answer_with_a_token_is_described(target: tuple[str, str], stack: Stack) -> None:
    somebody = stack.sign_up("charlie")
    description, url = target
    # Paths that the gateway passes on were tested at the service that owns them.
    is_owner = description.startswith(url)
    how = ("coverage,fuzzing", "4") if is_owner else ("fuzzing", "2")
    token = f"Authorization: Bearer {somebody.token}"

    run_schemathesis(
        target, "--phases", how[0], "--max-examples", str(examples(int(how[1]))), "--header", token,
        *(option for name in FAREWELLS for option in ("--exclude-name", name)),
    )  # fmt: skip

    assert somebody.api.get("/api/messages").status_code == 200, "the token was lost on the way"


@pytest.mark.usefixtures("dana")
@pytest.mark.timeout(300)
def test_answers_after_deactivating_an_account_are_described(stack: Stack) -> None:
    target = (stack.users_url + "/openapi.json", stack.users_url)
    for name in FAREWELLS:
        token = f"Authorization: Bearer {stack.sign_up('charlie').token}"
        run_schemathesis(target, "--phases", "coverage,fuzzing", "--max-examples", str(examples(4)),
                         "--header", token, "--include-name", name)  # fmt: skip


@pytest.mark.timeout(300)
def test_every_answer_without_a_token_is_described(target: tuple[str, str]) -> None:
    run_schemathesis(target, "--phases", "fuzzing", "--max-examples", str(examples(2)))


def test_every_path_of_the_contract_is_described(stack: Stack) -> None:
    paths = {
        *requests.get(stack.users_url + "/openapi.json").json()["paths"],
        *requests.get(stack.messages_url + "/openapi.json").json()["paths"],
    }

    assert paths >= {
        "/api/users", "/api/users/{user_id}", "/api/sessions", "/api/sessions/refresh",
        "/api/sessions/{session_id}", "/api/tokens", "/api/tokens/{token_id}", "/api/invites",
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


def run_schemathesis(target: tuple[str, str], *options: str) -> None:
    """Fails with the findings; the seed is fixed, so that they are the same the next time."""
    description, url = target
    is_service = "gateway_frontend" not in requests.get(f"{url}/api/version", timeout=15).text
    checks = OWNERS_CHECKS if is_service and description.startswith(url) else CHECKS
    fixed = (
        "--checks", ",".join(checks), "--url", url, "--seed", "1", "--no-color",
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
