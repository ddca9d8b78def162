"""Tutorial mode has no logins, so pages of other sites in the same browser must not reach it."""

import pytest
import requests

from tests.support.raw_socket import RawSocket
from tests.support.stack import Stack

FOREIGN = ("http://attacker.example", "https://127.0.0.1.attacker.example", "null")


def _urls(stack: Stack) -> tuple[str, ...]:
    return stack.url, stack.users_url, stack.messages_url


def test_dns_rebinding_reads_nothing(tutorial_stack: Stack) -> None:
    for url in _urls(tutorial_stack):
        headers = {"Host": "attacker.example:5003"}
        answer = requests.get(f"{url}/api/users/1", headers=headers, timeout=10)
        assert answer.status_code == 400, url
        assert requests.get(f"{url}/healthz", headers={"Host": "localhost"}, timeout=10).ok


@pytest.mark.parametrize("origin", FOREIGN)
def test_pages_of_other_sites_change_nothing(tutorial_stack: Stack, origin: str) -> None:
    alice = tutorial_stack.sign_up("alice")
    files = {"file": ("a.txt", b"hello")}
    message = {"author_id": alice.id, "recipient_id": alice.id, "content": "hello"}
    headers = {"Origin": origin}
    for url in _urls(tutorial_stack)[::2]:
        sent = requests.post(f"{url}/api/attachments", files=files, headers=headers, timeout=10)
        assert sent.status_code == 403, url
        sent = requests.post(f"{url}/api/messages", json=message, headers=headers, timeout=10)
        assert sent.status_code == 403, url
        own = {"Origin": "http://localhost:8000"}
        sent = requests.post(f"{url}/api/messages", json=message, headers=own, timeout=10)
        assert sent.status_code == 201, sent.text


@pytest.mark.parametrize("origin", FOREIGN)
def test_pages_of_other_sites_receive_nothing(tutorial_stack: Stack, origin: str) -> None:
    with RawSocket(tutorial_stack.realtime_url, origin=origin) as page:
        assert page.status == 400
