"""The database: migrations up and down without loss, and no hot query without an index."""

import importlib
import pkgutil
import re
from inspect import signature
from itertools import product
from typing import Any

import pytest
from flask_migrate import downgrade, upgrade
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import Engine, event, text

import messages_service
from messages_service.app import MIGRATIONS
from messages_service.indexing.models import is_in_metadata
from messages_service.messages import repeats
from messages_service.models import metadata
from messages_service.prepared import Prepared
from servicekit.times import utcnow
from tests.messages_service.conftest import Person
from tests.support.in_process import Client


@pytest.fixture
def app(own_app: OpenAPI) -> OpenAPI:
    """Of each test's own: these tests change its tables."""
    return own_app


def test_one_revision_down_and_up_loses_no_message(
    app: OpenAPI, alice: Person, bob: Person
) -> None:
    message = alice.send("keep me", bob)
    alice.patch(f"/api/messages/{message['id']}", {"content": "kept"})
    before = bob.get("/api/messages").json
    with app.app_context():
        downgrade(directory=str(MIGRATIONS), revision="0001")
        upgrade(directory=str(MIGRATIONS))
    assert bob.get("/api/messages").json == before
    assert len(bob.events(message["conversation_id"])) == 2


def test_a_full_downgrade_and_upgrade_gives_a_working_database(
    app: OpenAPI, alice: Person, bob: Person
) -> None:
    with app.app_context():
        downgrade(directory=str(MIGRATIONS), revision="base")
        upgrade(directory=str(MIGRATIONS))
    assert alice.send("fresh", bob)["seq"] == 1


def test_migrations_match_the_models(engine: Engine) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": is_in_metadata}
        )
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_ids_go_on_beyond_32_bits(alice: Person, bob: Person, engine: Engine) -> None:
    with engine.begin() as connection:
        for table in ("messages", "outbox"):
            connection.execute(text(f"SELECT setval('{table}_id_seq', 2147483647)"))

    message = alice.send("the next", bob)

    assert message["id"] == 2**31
    assert bob.get(f"/api/messages/{message['id']}").json == message
    assert bob.put(f"/api/messages/{message['id']}").status_code == 405
    assert bob.send("an answer", alice, reply_to=message["id"])["reply_to"] == message["id"]


def test_a_restore_gives_a_new_epoch(app: OpenAPI, alice: Person) -> None:
    chat = alice.send("x", alice)["conversation_id"]
    before = alice.get(f"/api/conversations/{chat}/events").json["epoch"]
    assert alice.get("/api/conversations").headers["X-Epoch"] == before
    result = app.test_cli_runner().invoke(args=["renew-epoch"])
    assert result.exit_code == 0
    page = alice.get(f"/api/conversations/{chat}/events").json
    assert page["epoch"] == result.output.strip() != before
    assert page["events"][0]["epoch"] == page["epoch"]
    for path in ("/api/conversations", "/api/conversations?browse=true"):
        assert alice.get(path).headers["X-Epoch"] == page["epoch"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_client_ahead_of_a_restored_log_must_reset(alice: Person) -> None:
    chat = alice.send("all that is left", alice)["conversation_id"]

    page = alice.get(f"/api/conversations/{chat}/events?after=9").json
    assert (page["reset"], page["last_seq"], page["events"]) == (True, 1, [])
    assert page["epoch"]
    synced = alice.post("/api/sync", {"cursors": {str(chat): 9}}).json["conversations"]
    assert synced == {str(chat): {"events": [], "last_seq": 1, "more": False, "reset": True}}

    for after in (0, 1):
        assert "reset" not in alice.get(f"/api/conversations/{chat}/events?after={after}").json


def test_the_description_names_the_header_with_the_epoch(app: OpenAPI) -> None:
    described = Client(app).get("/openapi.json").json["paths"]["/api/conversations"]["get"]
    assert described["responses"]["200"]["headers"].keys() == {"X-Epoch", "Link"}


def test_no_request_scans_a_table_of_messages_or_events(
    app: OpenAPI, alice: Person, bob: Person, engine: Engine
) -> None:
    message = alice.send("first", bob)
    chat, room = message["conversation_id"], alice.make_room(bob)
    reply = bob.send("second", alice, reply_to=message["id"], client_id="c-1")
    statements: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        bob.get("/api/messages")
        bob.get("/api/mentions")
        bob.get("/api/mentions?before=9")
        bob.get("/api/messages?before=9")
        bob.get(f"/api/users/{bob.id}/messages")
        bob.get(f"/api/messages/{message['id']}")
        bob.get(f"/api/messages/{message['id']}/replies")
        bob.get(f"/api/messages/{message['id']}/thread")
        for query in ("", "?before=9", "?unread=true"):
            bob.get(f"/api/threads{query}")
        bob.get(f"/api/messages/{reply['id']}/history")
        bob.get("/api/conversations")
        bob.get("/api/conversations?browse=1")
        for query in ("", "?before=9", "?after=1", "?around=2"):
            bob.get(f"/api/conversations/{chat}/messages{query}")
        bob.get(f"/api/conversations/{chat}/events?after=1")
        bob.post("/api/sync", {"cursors": {str(chat): 0, str(room): 0}})
        for query in SEARCHES:
            assert bob.get(f"/api/search?q={query}").status_code == 200
        bob.put(f"/api/conversations/{chat}/read", {"seq": 1})
        bob.post("/api/messages", {"content": "second", "recipient_id": alice.id,
                                   "reply_to": message["id"], "client_id": "c-1"})  # fmt: skip
    finally:
        event.remove(engine, "before_cursor_execute", note)

    selects = [s for s in statements if re.match(r"\s*(SELECT|WITH)", s[0])]
    assert len(selects) > 16, "at least one for each request"
    check_plans(engine, selects)


def test_no_prepared_statement_scans_a_table(engine: Engine) -> None:
    """They do not pass through SQLAlchemy's events, so the test above does not see them."""
    values: dict[str, Any] = {
        **{key: [1] for key in ("ids", "author_ids", "conversation_ids", "user_ids")},
        **{"message_ids": [1], "kind": "room", "limit": 9, "limit_and_one": 10},
        **dict.fromkeys(("before", "after"), 1),
        **{key: ["1:2"] for key in ("direct_keys", "client_ids")},
        "pairs": [[1, "1:2"]],
        **dict.fromkeys(("conversation", "last_seq", "last_message_seq", "seq"), 1),
        **dict.fromkeys(("id", "message_id", "user_id", "reply_to", "conversation_id"), 1),
        **dict.fromkeys(("author_id", "thread_id"), 1),
        **{"following": True, "read_seq": 1, "reply_count": 1, "last_reply_seq": 1},
        **{"participant_ids": "[1]", "last_reply_at": utcnow()},
        "date": utcnow(),
        "text": "hello",
        "terms": "abc" if engine.dialect.name == "sqlite" else ["abc"],
    }
    statements = [item.bound(engine.dialect, values) for item in prepared_statements()]
    assert len(statements) >= 44, "one of each of the modules that have some"
    check_plans(engine, statements)
    if engine.dialect.name == "sqlite":
        found_earlier = plan_of(engine, *repeats._find_earlier.bound(engine.dialect, values))
        assert "author_id=? AND client_id=?" in str(found_earlier)


def prepared_statements() -> list[Prepared]:
    """All of the service, each kind of those that are built when they are first used included."""
    found = [
        item
        for module in pkgutil.walk_packages(messages_service.__path__, "messages_service.")
        if ".migrations" not in module.name and not module.name.endswith(".wsgi")
        for item in vars(importlib.import_module(module.name)).values()
    ]
    prepared = [item for item in found if type(item) is Prepared]
    builders = {
        item for item in found if getattr(item, "__annotations__", {}).get("return") is Prepared
    }
    for builder in builders:
        if hasattr(builder, "cache_info"):
            flags = len(signature(builder).parameters)
            prepared += [builder(*given) for given in product((False, True), repeat=flags)]
    return list({id(item): item for item in prepared}.values())


SEARCHES = (
    "second",
    "second&order=best",
    "no-such-word&before=9",
    "second%20before:2020-01-01",
    "second%20is:saved",
    "is:thread",
    "has:reaction",
    "from:me%20has:file",
)
TABLES_THAT_GROW = (
    "messages",
    "search_entries",
    "reactions",
    "events",
    "memberships",
    "conversations",
    "message_mentions",
    "thread_follows",
)


def check_plans(engine: Engine, statements: list[tuple[str, Any]]) -> None:
    for statement, parameters in statements:
        lines = plan_of(engine, statement, parameters)
        for table in TABLES_THAT_GROW:
            for line in lines:
                assert not re.search(rf"\bSCAN {table}\b(?! USING)", line), (statement, lines)
                assert f"Seq Scan on {table}" not in line, (statement, lines)


def plan_of(engine: Engine, statement: str, parameters: Any) -> list[str]:
    is_sqlite = engine.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
    given = tuple(parameters) if isinstance(parameters, list) else parameters
    with engine.connect() as connection:
        if not is_sqlite:
            connection.execute(text("SET enable_seqscan = off"))
        plan = connection.exec_driver_sql(explain + statement, given)
        return [str(row[-1]) for row in plan]
