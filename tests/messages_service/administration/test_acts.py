"""Acts in conversations reach the audit log of users_service, once."""

import pytest
import requests
import sqlalchemy as sa
from pydantic import SecretStr

from messages_service.audit.actions import send_acts
from messages_service.audit.models import acts
from servicekit.http import ServiceClient
from tests.messages_service.conftest import SECRET, Person, UsersService
from tests.support.ports import free_port

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_acts_of_moderators_and_administrators_are_in_the_audit_log(
    admin: Person, bob: Person, charlie: Person, engine: sa.Engine, users_service: UsersService
) -> None:
    room = bob.make_room(charlie, name="the vault")
    message = charlie.send("under the oak", room)
    own = bob.send("mine", room)
    bob.delete(f"/api/messages/{own['id']}")
    bob.delete(f"/api/messages/{message['id']}")
    bob.delete(f"/api/conversations/{room}/members/{charlie.id}")
    admin.patch(f"/api/rooms/{room}", {"archived": True})

    for url in (f"http://127.0.0.1:{free_port()}", users_service.url):
        send_acts(engine, ServiceClient(url, service_secret=SecretStr(SECRET)))

    found = requests.get(
        f"{users_service.url}/api/audit?limit=3",
        headers={"Authorization": f"Bearer {admin.token}"},
        timeout=10,
    )
    assert [entry["action"] for entry in found.json()] == [
        "room.archived",
        "member.removed",
        "message.deleted",
    ]
    assert [entry["actor_id"] for entry in found.json()] == [admin.id, bob.id, bob.id]
    assert found.json()[2]["user_id"] == charlie.id
    assert "oak" not in found.text
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(acts)).scalar() == 0
