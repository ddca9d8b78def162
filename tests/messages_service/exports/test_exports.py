"""Exports: everything that was written, and nothing that the person may not read."""

import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask_openapi3.openapi import OpenAPI
from parley_export.__main__ import main as parley_export
from sqlalchemy import Engine, select

from messages_service.attachments.models import blobs
from messages_service.audit.models import acts
from messages_service.exports.context import EXTENSION, Exports
from servicekit.times import utcnow
from tests.messages_service.attachments.files import NOISE, uploaded
from tests.messages_service.conftest import Person
from tests.messages_service.exports.reading import export


def test_a_conversation_is_exported_with_all_that_belongs_to_its_messages(
    alice: Person, bob: Person, tmp_path: Path
) -> None:
    room = alice.make_room(bob, name="kitchen")
    file = uploaded(alice, NOISE, "menu.BIN", alt="what there is")
    first = alice.send(f"Lunch, @{bob.nickname}?", room, attachments=[file["id"]])
    alice.patch(f"/api/messages/{first['id']}", {"content": "Lunch **now**?"})
    bob.send("Yes", room, reply_to=first["id"], also_in_conversation=True)
    bob.put(f"/api/messages/{first['id']}/reactions/👍")
    bob.put(f"/api/messages/{first['id']}/pin")
    alice.send("Look", room, forwarded_from=first["id"])
    poll = {"conversation_id": room, "question": "Soup?", "choices": ["Yes", "No"]}
    made = alice.post("/api/polls", poll).json
    bob.post(f"/api/polls/{made['id']}/votes", {"choice_ids": [made["choices"][0]["id"]]})
    gone = bob.send("oops", room)
    bob.delete(f"/api/messages/{gone['id']}")

    found = export(bob, f"/api/conversations/{room}/export", tmp_path)

    (conversation,) = found.conversations
    assert (conversation["name"], conversation["kind"]) == ("kitchen", "room")
    assert [each["role"] for each in conversation["members"]] == ["owner", "member"]
    lunch, yes, look, soup, oops = found.messages(room)
    assert (lunch["content"], lunch["author_id"]) == ("Lunch **now**?", alice.id)
    assert [each["content"] for each in lunch["versions"]] == [f"Lunch, @{bob.nickname}?"]
    assert [(each["emoji"], each["user_id"]) for each in lunch["reactions"]] == [("👍", bob.id)]
    assert lunch["pinned"]["user_id"] == bob.id
    (shown,) = lunch["files"]
    assert (shown["name"], shown["alt"]) == ("menu.BIN", "what there is")
    assert shown["file"].endswith(".bin")
    assert found.entries[shown["file"]] == NOISE
    assert (yes["thread_id"], yes["also_in_conversation"]) == (first["id"], True)
    assert look["forwarded_from"]["content"] == "Lunch **now**?"
    assert soup["poll"]["choices"][0]["votes"][0]["user_id"] == bob.id
    assert (oops["content"], bool(oops["deleted_at"])) == ("", True)
    assert {person["id"] for person in found.people} == {alice.id, bob.id}
    assert [person["id"] for person in found.people if "email" in person] == [bob.id]
    assert found.manifest["counts"] == {
        "people": 2, "conversations": 1, "messages": 5, "files": 1,
    }  # fmt: skip


def test_the_votes_of_an_anonymous_poll_stay_anonymous(
    alice: Person, bob: Person, tmp_path: Path
) -> None:
    room = alice.make_room(bob)
    choices = {"question": "Who?", "choices": ["A", "B"], "anonymous": True}
    poll = alice.post("/api/polls", {"conversation_id": room, **choices}).json
    bob.post(f"/api/polls/{poll['id']}/votes", {"choice_ids": [poll["choices"][1]["id"]]})

    (message,) = export(alice, f"/api/conversations/{room}/export", tmp_path).messages(room)

    assert message["poll"]["choices"] == [{"choice": "A", "count": 0}, {"choice": "B", "count": 1}]


def test_my_export_has_my_data_and_readable_conversations_alone(
    alice: Person, bob: Person, charlie: Person, tmp_path: Path
) -> None:
    room, secret = alice.make_room(bob), alice.make_room(charlie)
    read = alice.send("for bob", room)
    alice.send("not for bob", secret)
    bob.put(f"/api/messages/{read['id']}/saved")
    bob.put(f"/api/conversations/{room}/draft", {"content": "half a sentence"})
    later = (utcnow() + timedelta(days=1)).isoformat()
    bob.post("/api/scheduled", {"conversation_id": room, "content": "later", "send_at": later})
    hours = {"start": "22:00", "end": "07:00"}
    assert bob.patch("/api/notifications", {"dnd_hours": hours}).status_code == 200

    found = export(bob, "/api/export", tmp_path)

    assert [each["id"] for each in found.conversations] == [room]
    assert b"not for bob" not in b"".join(found.entries.values())
    assert [each["message_id"] for each in found.lines("saved.ndjson")] == [read["id"]]
    assert [each["content"] for each in found.lines("drafts.ndjson")] == ["half a sentence"]
    assert [each["content"] for each in found.lines("scheduled.ndjson")] == ["later"]
    assert [each["conversation_id"] for each in found.lines("marks.ndjson")] == [room]
    assert bob.email.encode() in found.entries["me.json"]
    assert b"22:00" in found.entries["me.json"]
    assert alice.email.encode() not in b"".join(found.entries.values())


def test_admins_export_everything_with_or_without_private_conversations(
    admin: Person, bob: Person, charlie: Person, engine: Engine, tmp_path: Path
) -> None:
    public = bob.make_room(charlie)
    bob.send("for all", public)
    direct = bob.send("for two", charlie)["conversation_id"]

    everything = export(admin, "/api/admin/export", tmp_path)
    open_ones = export(admin, "/api/admin/export?private=false", tmp_path)

    ids = {each["id"] for each in everything.conversations}
    assert {public, direct} <= ids
    assert direct not in {each["id"] for each in open_ones.conversations}
    assert all("email" in each for each in everything.people if each["id"] == charlie.id)
    assert bob.get("/api/admin/export").status_code == 403
    with engine.connect() as connection:
        recorded = connection.execute(select(acts.c.action, acts.c.actor_id)).all()
    assert recorded == [("export.created", admin.id)] * 2


def test_outsiders_export_no_conversation(alice: Person, bob: Person) -> None:
    public, private = alice.make_room(), alice.make_room(visibility="private")

    assert bob.get(f"/api/conversations/{public}/export").status_code == 403
    assert bob.get(f"/api/conversations/{private}/export").status_code == 404


def test_files_deleted_during_an_export_are_listed_as_missing(
    alice: Person, engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room = alice.make_room()
    alice.send("look", room, attachments=[uploaded(alice, NOISE, "noise.bin")["id"]])
    answer = alice.get(f"/api/conversations/{room}/export")
    with engine.begin() as connection:
        connection.execute(blobs.update().values(state="dropped", sha256=None))

    path = tmp_path / "export.zip"
    path.write_bytes(answer.data)

    with zipfile.ZipFile(path) as archive:
        assert not any(name.startswith("files/") for name in archive.namelist())
    assert parley_export(["verify", str(path)]) == 0
    assert ".bin was deleted while the export was made." in capsys.readouterr().out


def test_one_person_makes_one_export_at_a_time(alice: Person, app: OpenAPI) -> None:
    room = alice.make_room()
    exports: Exports = app.extensions[EXTENSION]
    leave = exports.gate.enter(alice.id)

    refused = alice.get(f"/api/conversations/{room}/export")
    leave()

    assert refused.status_code == 429
    assert refused.headers["Retry-After"]
    for _ in range(2):
        with alice.get(f"/api/conversations/{room}/export") as answer:
            assert answer.status_code == 200


def test_the_verifier_notices_changes(
    alice: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room = alice.make_room()
    alice.send("as it was", room)
    whole = export(alice, f"/api/conversations/{room}/export", tmp_path)
    name = f"conversations/{room}/messages.ndjson"
    changed, cut = tmp_path / "changed.zip", tmp_path / "cut.zip"
    with zipfile.ZipFile(changed, "w") as archive:
        for entry, content in whole.entries.items():
            archive.writestr(entry, content.replace(b"as it was", b"as it is!"))
    cut.write_bytes(whole.content[:-40])

    assert parley_export(["verify", str(whole.path)]) == 0
    assert "1 conversations, 1 messages" in capsys.readouterr().out
    assert parley_export(["verify", str(changed)]) == 1
    assert name in capsys.readouterr().err
    assert parley_export(["verify", str(cut)]) == 1


def test_a_conversation_is_shown_as_text(
    alice: Person, bob: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room = alice.make_room(bob)
    first = alice.send("Lunch?", room)
    bob.send("Yes", room, reply_to=first["id"])
    path = str(export(bob, f"/api/conversations/{room}/export", tmp_path).path)

    assert parley_export(["show", path]) == 0
    assert "#room" in capsys.readouterr().out
    assert parley_export(["show", path, str(room)]) == 0
    shown = capsys.readouterr().out
    assert "Alice\n  Lunch?\n" in shown
    assert "Bob\n      Yes\n" in shown
    assert parley_export(["show", path, "elsewhere"]) == 1
