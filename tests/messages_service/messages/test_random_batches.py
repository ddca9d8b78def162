"""Batches of all kinds of messages: a bad message harms no other, and no log has a hole.

`MACHINE_EXAMPLES=500` makes a long run of it.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask_openapi3.openapi import OpenAPI
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    run_state_machine_as_test,
)

from messages_service.settings import MessagesSettings
from tests.messages_service.messages.batch_machine import Groups
from tests.messages_service.messages.stores import one_app, two_apps, two_processes

EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "8"))


@pytest.mark.parametrize("processes", [one_app, two_apps])
def test_every_message_of_a_batch_has_its_own_outcome(
    app: OpenAPI, settings: MessagesSettings, processes: Any
) -> None:
    run(app, settings, processes, EXAMPLES)


@pytest.mark.slow
def test_every_message_of_a_batch_has_its_own_outcome_in_two_processes(
    app: OpenAPI, settings: MessagesSettings
) -> None:
    run(app, settings, two_processes, max(3, EXAMPLES // 4))


def run(app: OpenAPI, database: MessagesSettings, processes: Any, examples: int) -> None:
    with processes(app, database) as stores, ThreadPoolExecutor(2) as pool:

        class Machine(Groups):
            def __init__(self) -> None:
                super().__init__(app, stores, pool)

        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=8,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                print_blob=True,
            ),
        )
