"""Reads Parley's own exports."""

from collections.abc import Iterable
from typing import Any

from messages_service.exports.shapes import CONVERSATIONS, FORMAT, MANIFEST, PEOPLE, VERSION
from messages_service.imports.archive import Archive, parse_json
from messages_service.imports.errors import Place, checked, refused
from messages_service.imports.records import ConversationRecord, MessageRecord, PersonRecord
from messages_service.imports.stage import Stage
from servicekit.language import _


def read_parley(archive: Archive, stage: Stage) -> None:
    """Raises Problem."""
    manifest = _read_manifest(archive)
    stage.source = f"parley:{manifest['place']['id']}"
    missing = set(manifest["missing"])
    for place, line in archive.lines(PEOPLE):
        with checked(place):
            stage.add_person(place, PersonRecord.model_validate(_object(place, line)))
    messages = list(_read_conversations(archive, stage))
    for conversation_id, entry in messages:
        _read_messages(archive, stage, conversation_id, entry, missing)


def _read_manifest(archive: Archive) -> dict[str, Any]:
    manifest: dict[str, Any] = archive.json(MANIFEST)
    with checked(Place(MANIFEST)):
        if manifest["format"] != FORMAT:
            raise refused(MANIFEST, _("it is no export of Parley"))
        if manifest["version"] != VERSION:
            words = _("its version is %(found)s; this Parley reads %(known)s",
                      found=manifest["version"], known=VERSION)  # fmt: skip
            raise refused(MANIFEST, words)
        place_id, missing = manifest["place"]["id"], manifest["missing"]
    is_id = isinstance(place_id, str) and len(place_id) <= 64
    if not is_id or not isinstance(missing, list):
        raise refused(MANIFEST, _("it is not as the format wants it"))
    return manifest


def _read_conversations(archive: Archive, stage: Stage) -> Iterable[tuple[str, str]]:
    for place, line in archive.lines(CONVERSATIONS):
        fields = _object(place, line)
        with checked(place):
            record = ConversationRecord.model_validate(fields)
        _check_shape(place, record)
        stage.add_conversation(place, record)
        entry = fields.get("messages")
        if not isinstance(entry, str) or not archive.has(entry):
            raise refused(place, _("messages must name a file of the archive"))
        yield record.id, entry


def _check_shape(place: Place, record: ConversationRecord) -> None:
    if record.kind == "direct" and len(record.members) not in (1, 2):
        raise refused(place, _("a direct conversation has one or two members"))
    if record.kind == "room" and not record.name:
        raise refused(place, _("a room has a name"))


def _read_messages(
    archive: Archive, stage: Stage, conversation_id: str, entry: str, missing: set[str]
) -> None:
    for place, line in archive.lines(entry):
        with checked(place):
            record = MessageRecord.model_validate(_object(place, line))
        record.files = [file for file in record.files if file.file not in missing]
        for file in record.files:
            if not archive.has(file.file):
                raise refused(place, _("%(file)s is missing", file=file.file))
        record.thread_id = record.thread_id or record.reply_to
        stage.add_message(place, conversation_id, record)


def _object(place: Place, line: bytes) -> dict[str, Any]:
    fields = parse_json(place, line)
    if not isinstance(fields, dict):
        raise refused(place, _("it is not a JSON object"))
    return fields
