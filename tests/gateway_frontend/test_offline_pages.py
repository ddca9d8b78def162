"""What a browser installs to open Parley without a network."""

import requests

from tests.support.stack import Stack


def test_the_service_worker_covers_all_pages_and_is_checked_for_new_versions(
    stack: Stack,
) -> None:
    answer = requests.get(f"{stack.url}/service-worker.js", timeout=10)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    imported = answer.text.partition('"')[2].partition('"')[0]
    assert "immutable" in requests.get(stack.url + imported, timeout=10).headers["Cache-Control"]
