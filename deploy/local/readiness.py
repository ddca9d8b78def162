"""Waits for the services to be ready for traffic."""

import time
from collections.abc import Iterable

import requests

from deploy.local.config import CannotStart
from deploy.local.programs import Program

START_TIMEOUT = 120


def wait_until_ready(programs: Iterable[Program]) -> None:
    """Returns when all are ready; raises CannotStart when one takes too long."""
    deadline = time.monotonic() + START_TIMEOUT
    with requests.Session() as session:
        session.trust_env = False  # A proxy of the person's has no business on loopback.
        for program in programs:
            while program.ready_url and not _is_ready(session, program.ready_url):
                if time.monotonic() > deadline:
                    raise CannotStart(f"{program.name} was not ready within {START_TIMEOUT} s")
                time.sleep(0.05)


def _is_ready(session: requests.Session, url: str) -> bool:
    try:
        return bool(session.get(url, timeout=2).status_code == requests.codes.ok)
    except requests.RequestException:
        return False
