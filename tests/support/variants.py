"""Select the tests that run on every database engine and async driver; the others run on the first.

`make test` runs a test on PostgreSQL where transactions and locks matter, `make test-slow` on the
second variant wherever the variant can make a difference; `make test-all` passes `--all-variants`
and runs everything on everything.
"""

import pytest

SECOND_VARIANTS = frozenset({"postgresql", "gevent_stack"})
ON_EVERY_VARIANT = (
    "tests/chaos",
    "tests/messages_service/attachments/test_uploads.py",
    "tests/messages_service/conversations/test_events.py",
    "tests/messages_service/conversations/test_listing.py",
    "tests/messages_service/exports",
    "tests/messages_service/imports",
    "tests/messages_service/marks",
    "tests/messages_service/membership/test_lost_rights.py",
    "tests/messages_service/mentions",
    "tests/messages_service/messages/test_batches.py",
    "tests/messages_service/messages/test_editing.py",
    "tests/messages_service/messages/test_reactions.py",
    "tests/messages_service/messages/test_reading.py",
    "tests/messages_service/messages/test_sending.py",
    "tests/messages_service/people/test_feed.py",
    "tests/messages_service/saved",
    "tests/messages_service/retention",
    "tests/messages_service/search/test_search.py",
    "tests/messages_service/test_database.py",
    "tests/messages_service/test_database_trouble.py",
    "tests/messages_service/test_delivery.py",
    "tests/messages_service/test_group_commit.py",
    "tests/messages_service/test_log.py",
    "tests/messages_service/test_lost_connection.py",
    "tests/messages_service/test_races.py",
    "tests/messages_service/threads",
    "tests/realtime_service/test_fanout.py",
    "tests/realtime_service/test_sockets.py",
    "tests/realtime_service/transport",
    "tests/security",
    "tests/servicekit",
    "tests/users_service/test_feed.py",
    "tests/users_service/test_lists.py",
    "tests/users_service/test_migrations.py",
    "tests/users_service/test_users.py",
)
"""Folders and files whose tests concern SQL, transactions, locks, sockets or the event loop."""

QUICKLY_ON_BOTH_ENGINES = (
    "tests/messages_service/membership/test_lost_rights.py",
    "tests/messages_service/messages/test_batches.py",
    "tests/messages_service/test_database.py",
    "tests/messages_service/test_database_trouble.py",
    "tests/messages_service/test_group_commit.py",
    "tests/messages_service/test_log.py",
    "tests/messages_service/test_lost_connection.py",
    "tests/messages_service/test_races.py",
    "tests/servicekit",
    "tests/users_service/test_feed.py::test_concurrent_changes",
    "tests/users_service/test_migrations.py",
)
"""Those of them about transactions and locks."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--all-variants",
        action="store_true",
        help="run every test on both database engines and both async drivers",
    )


@pytest.hookimpl(tryfirst=True)  # before `-m` selects
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--all-variants"):
        return
    second = [item for item in items if _is_second_variant(item)]
    left_out = [item for item in second if not item.nodeid.startswith(ON_EVERY_VARIANT)]
    for item in second:
        if not item.nodeid.startswith(QUICKLY_ON_BOTH_ENGINES):
            item.add_marker(pytest.mark.slow)
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def _is_second_variant(item: pytest.Item) -> bool:
    parameters = getattr(item, "callspec", None)
    values = parameters.params.values() if parameters is not None else ()
    return any(isinstance(value, str) and value in SECOND_VARIANTS for value in values)
