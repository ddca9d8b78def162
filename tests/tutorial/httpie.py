"""Runs an HTTPie command line of the tutorial: `http :5001/api/users name="Alice"`."""

import re
import shlex

import requests

HEADERS = {"User-Agent": "HTTPie/3.2.4", "Accept": "application/json, */*;q=0.5"}
NO_ITEMS_HEADERS = {"User-Agent": "HTTPie/3.2.4", "Accept": "*/*"}


def run_http(gateway: str, command: str) -> requests.Response:
    """A GET without `name=value`; else a POST of a JSON object whose values are all text."""
    program, target, *items = shlex.split(command)
    assert program == "http"
    assert re.match(r":500[01]/", target)
    url = gateway + target[len(":5000") :]
    if not items:
        return requests.get(url, headers=NO_ITEMS_HEADERS, allow_redirects=False, timeout=15)
    body = dict(item.split("=", 1) for item in items)
    return requests.post(url, headers=HEADERS, json=body, allow_redirects=False, timeout=15)
