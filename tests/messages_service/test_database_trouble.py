"""A database that is locked or read-only: clear answers, nothing half done, reading goes on."""

import pytest
from sqlalchemy import Engine, text

from tests.messages_service.conftest import Person

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@on_postgresql
def test_a_locked_room_refuses_writes_with_503_and_can_be_read(
    alice: Person, bob: Person, engine: Engine
) -> None:
    room = alice.make_room(bob)
    alice.send("before", room)
    with engine.connect() as other:
        other.execute(text("SELECT id FROM conversations WHERE id = :id FOR UPDATE"), {"id": room})
        refused = alice.post("/api/messages", {"content": "during", "conversation_id": room})
        assert refused.status_code == 503
        assert refused.headers["Retry-After"]
        shown = bob.get(f"/api/conversations/{room}/messages").json
        assert [message["content"] for message in shown] == ["before"]

    assert alice.send("after", room)["seq"] == len(bob.events(room))


@on_postgresql
def test_a_read_only_database_refuses_writes_with_503(
    alice: Person, bob: Person, engine: Engine
) -> None:
    chat = alice.send("before", bob)["conversation_id"]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = engine.url.database
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
        engine.dispose()
        try:
            refused = alice.post("/api/messages", {"content": "during", "conversation_id": chat})
            assert refused.status_code == 503, refused.text
            assert bob.get(f"/api/conversations/{chat}").status_code == 200
        finally:
            connection.execute(text(f"ALTER DATABASE {name} RESET default_transaction_read_only"))
            engine.dispose()

    assert alice.send("after", bob)["seq"] == 2


@on_postgresql
def test_every_database_session_has_timeouts(engine: Engine) -> None:
    with engine.connect() as connection:
        limits = {
            name: connection.execute(text(f"SHOW {name}")).scalar()
            for name in (
                "lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout",
            )
        }  # fmt: skip
    assert limits == {
        "lock_timeout": "3s",
        "statement_timeout": "15s",
        "idle_in_transaction_session_timeout": "10s",
    }
