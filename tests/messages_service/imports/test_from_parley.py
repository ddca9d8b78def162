"""Export, import into a fresh Parley, export: the same content; and what is refused."""

import io
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import Engine, func, select

from messages_service.models import messages
from tests.messages_service.attachments.files import NOISE, picture, uploaded
from tests.messages_service.conftest import Person
from tests.messages_service.exports.reading import Exported, export
from tests.messages_service.imports.conftest import at, send_import

Entries = dict[str, bytes]


def test_an_export_imported_into_a_fresh_parley_exports_the_same(
    admin: Person, alice: Person, bob: Person, other_app: OpenAPI, tmp_path: Path
) -> None:
    write_much(alice, bob)
    first = export(admin, "/api/admin/export", tmp_path)

    answer = send_import(at(admin, other_app), first.content)
    again = send_import(at(admin, other_app), first.content)

    assert answer.status_code == 201, answer.text
    assert answer.json["counts"]["messages"] == first.manifest["counts"]["messages"]
    second = export(at(admin, other_app), "/api/admin/export", tmp_path)
    assert content_of(second) == content_of(first)
    assert again.json["counts"]["messages"] == again.json["counts"]["conversations"] == 0
    assert again.json["counts"]["already"] == first.manifest["counts"]["messages"]


def test_imported_messages_are_found_counted_and_read_and_the_log_has_them(
    admin: Person, alice: Person, bob: Person, other_app: OpenAPI, tmp_path: Path
) -> None:
    write_much(alice, bob)
    send_import(at(admin, other_app), export(admin, "/api/admin/export", tmp_path).content)
    there = at(bob, other_app)

    (room,) = [each for each in there.get("/api/conversations").json if each["kind"] == "room"]
    shown = there.get(f"/api/conversations/{room['id']}/messages").json
    assert (room["unread"], room["pin_count"]) == (0, 1)
    assert shown[0]["thread"]["reply_count"] == 2
    assert [each["message"]["id"] for each in there.get("/api/search?q=soup").json]
    events = there.events(room["id"])
    assert [event["seq"] for event in events] == list(range(1, room["last_seq"] + 1))
    made = {e["data"]["id"]: e["data"] for e in events if e["type"] == "message.created"}
    for message in shown:
        fields = ("content", "html", "thread", "reactions", "attachments", "poll", "mentions")
        assert {f: made[message["id"]][f] for f in fields} == {
            f: {k: v for k, v in message[f].items() if k != "my_choice_ids"}
            if f == "poll" and message[f]
            else message[f]
            for f in fields
        }
    (file,) = shown[0]["attachments"]
    assert there.get(file["thumbnail_url"]).status_code == 200


def test_an_import_into_the_same_parley_adds_nothing(
    admin: Person, alice: Person, bob: Person, engine: Engine, tmp_path: Path
) -> None:
    room = write_much(alice, bob)
    content = export(admin, "/api/admin/export", tmp_path).content
    before = bob.events(room)

    answer = send_import(admin, content)

    assert answer.json["counts"]["messages"] == 0, answer.text
    assert bob.events(room) == before


def test_a_later_export_adds_its_new_messages_behind_the_others(
    admin: Person, alice: Person, bob: Person, other_app: OpenAPI, tmp_path: Path
) -> None:
    room = alice.make_room(bob)
    alice.send("one", room)
    send_import(at(admin, other_app), export(admin, "/api/admin/export", tmp_path).content)
    bob.send("two", room)
    answer = send_import(at(admin, other_app), export(admin, "/api/admin/export", tmp_path).content)

    assert answer.json["counts"]["messages"] == 1
    there = at(alice, other_app)
    (shown,) = [each for each in there.get("/api/conversations").json if each["kind"] == "room"]
    texts = [m["content"] for m in there.get(f"/api/conversations/{shown['id']}/messages").json]
    assert texts == ["one", "two"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda e: e | {messages_entry(e): broken_line(e)}, "messages.ndjson:2"),
        (lambda e: e | {messages_entry(e): line_without_author(e)}, "messages.ndjson:2"),
        (lambda e: e | {messages_entry(e): line_by_a_stranger(e)}, "messages.ndjson:2"),
        (lambda e: e | {messages_entry(e): reply_to_nothing(e)}, "messages.ndjson:2"),
        (lambda e: e | {"people.ndjson": b"[]\n"}, "people.ndjson:1"),
        (lambda e: with_manifest(e, version=99), "manifest.json"),
        (lambda e: with_manifest(e, format="zip"), "manifest.json"),
        (lambda e: with_manifest(e, place=None), "manifest.json"),
        (lambda e: {n: c for n, c in e.items() if n != "manifest.json"}, "manifest.json"),
        (lambda e: e | {"../evil": b"x"}, "../evil"),
        (lambda e: e | {"/evil": b"x"}, "/evil"),
        (lambda e: e | {"bomb": bytes(150_000_000)}, "The archive"),
    ],
)
def test_nothing_of_a_wrong_archive_is_imported_and_the_answer_names_the_place(
    admin: Person, whole: Entries, engine: Engine, change: Callable[[Entries], Entries], place: str
) -> None:
    with engine.connect() as connection:
        before = connection.execute(select(func.count()).select_from(messages)).scalar_one()

    answer = send_import(admin, zipped(change(whole)))

    assert answer.status_code == 422, answer.text
    assert answer.json["type"] == "urn:parley:problem:import-refused"
    assert answer.json["errors"][0]["field"].endswith(place)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(messages)).scalar_one() == before
    (run, *_) = admin.get("/api/admin/imports").json
    assert (run["state"], run["problem"]) == ("failed", answer.json["detail"])


def test_links_and_damaged_archives_are_refused(admin: Person, whole: Entries) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with_link = io.BytesIO()
    with zipfile.ZipFile(with_link, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    content = bytearray(zipped(whole))
    cut = bytes(content[: len(content) // 2])
    content[content.index(b"messages.ndjson") + 30] ^= 0xFF
    for wrong in (with_link.getvalue(), b"no zip", cut, bytes(content)):
        answer = send_import(admin, wrong)
        assert answer.status_code == 422, answer.text


def test_only_admins_import(alice: Person, whole: Entries) -> None:
    assert send_import(alice, zipped(whole)).status_code == 403
    assert alice.get("/api/admin/imports").status_code == 403
    assert alice.get("/api/admin/imports/1").status_code == 403


def test_a_form_is_accepted_as_well_as_the_archive_itself(admin: Person, whole: Entries) -> None:
    form = {"file": (io.BytesIO(zipped(whole)), "export.zip")}
    answer = admin.call("POST", "/api/admin/import?format=parley", data=form)
    assert answer.status_code == 201, answer.text
    assert admin.get(answer.headers["Location"]).json == answer.json


@pytest.fixture
def whole(admin: Person, alice: Person, bob: Person, tmp_path: Path) -> Entries:
    """The entries of a small export as from elsewhere."""
    room = alice.make_room(bob)
    for text in ("one", "two"):
        alice.send(text, room)
    entries = export(alice, f"/api/conversations/{room}/export", tmp_path).entries
    return with_manifest(entries, place={"id": "elsewhere", "url": ""})


def write_much(alice: Person, bob: Person) -> int:
    """A room and a direct conversation with one of everything."""
    room = alice.make_room(bob)
    file = uploaded(alice, picture(), "menu.png", alt="what there is")
    first = alice.send(f"Lunch, @{bob.nickname}? soup", room, attachments=[file["id"]])
    alice.patch(f"/api/messages/{first['id']}", {"content": f"Lunch **now**, @{bob.nickname}?"})
    bob.send("Yes", room, reply_to=first["id"], also_in_conversation=True)
    alice.send("Good", room, reply_to=first["id"])
    bob.put(f"/api/messages/{first['id']}/reactions/👍")
    alice.put(f"/api/messages/{first['id']}/reactions/👍")
    alice.send("Look", bob, forwarded_from=first["id"])
    bob.send("A file", alice, attachments=[uploaded(bob, NOISE, "noise.bin")["id"]])
    for anonymous in (False, True):
        poll = {"conversation_id": room, "question": "Soup?", "choices": ["Yes", "No", "Both"]}
        poll |= {"anonymous": anonymous, "multiple": True}
        made = alice.post("/api/polls", poll).json
        choices = [choice["id"] for choice in made["choices"]]
        bob.post(f"/api/polls/{made['id']}/votes", {"choice_ids": choices[:2]})
        alice.post(f"/api/polls/{made['id']}/votes", {"choice_ids": choices[:1]})
        alice.post(f"/api/polls/{made['id']}/close")
    gone = bob.send("oops", room)
    bob.delete(f"/api/messages/{gone['id']}")
    bob.put(f"/api/messages/{first['id']}/pin")
    return room


def content_of(exported: Exported) -> Any:
    """An export without the ids of conversations and messages, and places in the log."""
    ids: dict[int, str] = {}
    found = []
    for conversation in exported.conversations:
        for number, message in enumerate(exported.messages(conversation["id"])):
            ids[message["id"]] = f"{conversation['kind']} {number}"
        found.append(
            {k: v for k, v in conversation.items() if k not in ("id", "messages")}
            | {"messages": exported.messages(conversation["id"])}
        )
    text = json.dumps([_normal(each, ids) for each in found], sort_keys=True)
    return json.loads(text), {n: c for n, c in exported.entries.items() if n.startswith("files/")}


def _normal(value: Any, ids: dict[int, str]) -> Any:
    if isinstance(value, list):
        return [_normal(each, ids) for each in value]
    if not isinstance(value, dict):
        return value
    named: dict[str, Any] = {
        name: ids.get(each, "elsewhere") if name in ("id", "reply_to", "thread_id") else each
        for name, each in value.items()
        if name not in ("seq", "conversation_id")
    }
    if "message_id" in named:
        named["message_id"] = ids.get(named["message_id"], "elsewhere")
    return {name: _normal(each, ids) for name, each in named.items()}


def zipped(entries: Entries) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_manifest(entries: Entries, **changes: Any) -> Entries:
    manifest = json.loads(entries["manifest.json"]) | changes
    return entries | {"manifest.json": json.dumps(manifest).encode()}


def messages_entry(entries: Entries) -> str:
    return next(name for name in entries if name.endswith("/messages.ndjson"))


def changed(entries: Entries, **changes: Any) -> bytes:
    first, second = entries[messages_entry(entries)].splitlines()
    line = {k: v for k, v in (json.loads(second) | changes).items() if v is not None}
    return first + b"\n" + json.dumps(line).encode() + b"\n"


def broken_line(entries: Entries) -> bytes:
    return entries[messages_entry(entries)][:-20] + b"\n"


def line_without_author(entries: Entries) -> bytes:
    return changed(entries, author_id=None)


def line_by_a_stranger(entries: Entries) -> bytes:
    return changed(entries, author_id=987654)


def reply_to_nothing(entries: Entries) -> bytes:
    return changed(entries, reply_to=987654)
