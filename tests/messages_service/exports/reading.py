"""How the tests export, and read what came."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from parley_export.archive import open_export

from tests.messages_service.conftest import Person

Lines = list[dict[str, Any]]


class Exported:
    """An export that was verified."""

    def __init__(self, content: bytes, directory: Path) -> None:
        self.content = content
        self.path = directory / "export.zip"
        self.path.write_bytes(content)
        with open_export(self.path) as export:
            export.verify()
            self.manifest = export.manifest
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.entries = {name: archive.read(name) for name in archive.namelist()}

    def lines(self, name: str) -> Lines:
        return [json.loads(line) for line in self.entries[name].splitlines()]

    def messages(self, conversation_id: int) -> Lines:
        return self.lines(f"conversations/{conversation_id}/messages.ndjson")

    @property
    def conversations(self) -> Lines:
        return self.lines("conversations.ndjson")

    @property
    def people(self) -> Lines:
        return self.lines("people.ndjson")


def export(person: Person, path: str, directory: Path) -> Exported:
    answer = person.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/zip"
    with answer:
        return Exported(answer.data, directory)
