"""Runs an import: read and check everything, then people, files, texts, then one transaction.

An invalid archive is refused before anything is stored. People come first and by ids that stay, so
that an import that failed in the database can simply be repeated.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from messages_service.attachments.context import Files
from messages_service.context import Context
from messages_service.imports.archive import Archive, open_archive
from messages_service.imports.files import remove_files, store_files
from messages_service.imports.from_mattermost import read_mattermost
from messages_service.imports.from_parley import read_parley
from messages_service.imports.from_slack import read_slack
from messages_service.imports.people import find_people
from messages_service.imports.records import Format
from messages_service.imports.rendering import find_stored, render_texts
from messages_service.imports.runs import Run
from messages_service.imports.shapes import ImportCounts
from messages_service.imports.stage import Stage
from messages_service.imports.storing import store
from servicekit.data.db import problem_of
from servicekit.http import ServiceClient

READERS: Final[Mapping[Format, Callable[[Archive, Stage], None]]] = {
    "parley": read_parley,
    "slack": read_slack,
    "mattermost": read_mattermost,
}


def run_import(
    context: Context,
    files: Files,
    users: ServiceClient,
    user_id: int,
    format_: Format,
    path: Path,
) -> int:
    """Import an archive; returns the id of the run. Raises Problem when nothing was imported."""
    run = Run(context.db.engine, format_, user_id)
    try:
        with open_archive(path, may_be_lines=format_ == "mattermost") as archive:
            counts = _import(context, files, users, user_id, archive, READERS[format_], run)
    except Exception as error:
        run.fail(problem_of(error).detail)
        raise
    run.finish(counts)
    return run.id


def _import(
    context: Context,
    files: Files,
    users: ServiceClient,
    user_id: int,
    archive: Archive,
    read: Callable[[Archive, Stage], None],
    run: Run,
) -> ImportCounts:
    stage = Stage()
    try:
        read(archive, stage)
        stage.check()
        total = stage.count("messages")
        run.begin("people")
        people = find_people(context, users, stage)
        already = find_stored(context, stage)
        progress = run.begin("files")
        file_count = store_files(context, files, archive, stage, people, progress)
        render_texts(context, stage, people, run.begin("texts", total))
        run.begin("storing", total)
        conversations, messages = store(context, stage, people, user_id)
    finally:
        remove_files(context, stage.all_files())  # the stored files are now part of messages
        stage.close()
    return {
        "people": len(set(people.ids.values())),
        "conversations": conversations,
        "messages": messages,
        "files": file_count,
        "already": already,
    }
