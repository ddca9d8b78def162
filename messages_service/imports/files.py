"""Store the files of an import before its messages, as files that are not sent yet."""

from collections.abc import Callable, Sequence

from sqlalchemy import delete

from messages_service.attachments.blobs import drop_unused
from messages_service.attachments.context import Files
from messages_service.attachments.models import attachments
from messages_service.attachments.uploads import store_content
from messages_service.context import Context
from messages_service.imports.archive import Archive
from messages_service.imports.people import People
from messages_service.imports.stage import Stage
from servicekit.data.db import core_transaction

AT_ONCE = 200


def store_files(
    context: Context,
    files: Files,
    archive: Archive,
    stage: Stage,
    people: People,
    progress: Callable[[int], None],
) -> int:
    """Store the files of the messages that are new here; returns their number."""
    count = 0
    for conversation in stage.conversations():
        for batch in stage.batches(conversation.id):
            for staged in batch:
                if staged.local_id is not None or staged.record.deleted_at is not None:
                    continue
                for position, file in enumerate(staged.record.files):
                    if not archive.sizes[file.file]:
                        continue  # nobody can upload an empty file, either
                    content = archive.pieces(file.file)
                    author_id = people.ids[staged.record.author_id]
                    named = (file.name, file.alt or None)
                    made = store_content(context, files, author_id, named, content)
                    stage.add_file(staged.record.id, position, made)
                    count += 1
                    progress(count)
    return count


def remove_files(context: Context, attachment_ids: Sequence[int]) -> None:
    """Delete the files of a failed import; the sweeper would do so a week later."""
    for start in range(0, len(attachment_ids), AT_ONCE):
        some = attachments.c.id.in_(attachment_ids[start : start + AT_ONCE])
        unsent = delete(attachments).where(some, attachments.c.message_id.is_(None))
        with core_transaction(context.db.engine) as running:
            gone = running.connection.execute(unsent.returning(attachments.c.blob_id))
            drop_unused(running.connection, set(gone.scalars()))
