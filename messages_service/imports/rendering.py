"""Texts of an import as HTML, made before the transaction that stores them."""

from collections.abc import Callable, Mapping

from messages_service.context import Context
from messages_service.imports.known import find_known
from messages_service.imports.people import People
from messages_service.imports.records import MARK
from messages_service.imports.stage import Stage, Staged
from messages_service.shapes.messages import Mentions
from servicekit.data.db import reading


def find_stored(context: Context, stage: Stage) -> int:
    """Mark messages that an earlier import stored; returns their number."""
    count = 0
    for conversation in stage.conversations():
        for batch in stage.batches(conversation.id):
            ids = [staged.record.id for staged in batch]
            with context.db.engine.connect() as connection:
                known = find_known(connection, stage.source, "message", ids)
            for external_id, local_id in known.items():
                stage.set_local(external_id, local_id)
            count += len(known)
    return count


def render_texts(
    context: Context, stage: Stage, people: People, progress: Callable[[int], None]
) -> None:
    """Render the texts of the new messages."""
    count = 0
    for conversation in stage.conversations():
        for batch in stage.batches(conversation.id):
            with reading(context.db):
                for staged in batch:
                    if staged.local_id is None and staged.record.deleted_at is None:
                        _render(context, staged, people)
                        stage.set_rendered(staged)
            count += len(batch)
            progress(count)


def named(text: str, nicknames: Mapping[str, str]) -> str:
    """The text with `@nickname` in place of the marks of people."""
    return MARK.sub(lambda found: f"@{nicknames.get(found[1], 'unknown')}", text)


def _render(context: Context, staged: Staged, people: People) -> None:
    record = staged.record
    rendered = context.markdown.render(named(record.content, people.nicknames))
    staged.html = rendered.html
    staged.mentions = _mentions(staged, people, rendered.mentions)
    if record.forwarded_from:
        forwarded = named(record.forwarded_from.content, people.nicknames)
        staged.forward_html = context.markdown.render(forwarded).html


def _mentions(staged: Staged, people: People, rendered: Mentions) -> Mentions:
    """The mentions in the export; else those in the text, deactivated people included."""
    given = staged.record.mentions
    if given is not None:
        ids = {people.ids[str(user_id)] for user_id in given["user_ids"]}
        return {"user_ids": sorted(ids), "everyone": given["everyone"]}
    marked = {people.ids[each] for each in MARK.findall(staged.record.content)}
    return {
        "user_ids": sorted(marked | set(rendered["user_ids"])),
        "everyone": rendered["everyone"],
    }
