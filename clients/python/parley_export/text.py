"""A conversation as text, for reading in a terminal."""

from collections.abc import Iterator

from parley_export.archive import CONVERSATIONS, PEOPLE, BadExport, Export, Line


def list_conversations(export: Export) -> Iterator[str]:
    """One line for each."""
    names = _names(export)
    for conversation in export.lines(CONVERSATIONS):
        yield f"{conversation['id']:>6}  {conversation['kind']:<6}  {_title(conversation, names)}"


def show_conversation(export: Export, wanted: str) -> Iterator[str]:
    """The messages of the conversation with this id or name."""
    names = _names(export)
    for conversation in export.lines(CONVERSATIONS):
        if wanted in (str(conversation["id"]), conversation["name"]):
            break
    else:
        raise BadExport(f"there is no conversation {wanted!r} in it; show lists them")
    yield _title(conversation, names)
    day = ""
    for message in export.lines(conversation["messages"]):
        if message["date"][:10] != day:
            day = message["date"][:10]
            yield f"\n--- {day}"
        yield from _message(message, names)


def _names(export: Export) -> dict[int, str]:
    return {person["id"]: person["name"] for person in export.lines(PEOPLE)}


def _title(conversation: Line, names: dict[int, str]) -> str:
    if conversation["name"]:
        return f"#{conversation['name']}"
    people = [names.get(each["user_id"], "Unknown") for each in conversation["members"]]
    return ", ".join(people)


def _message(message: Line, names: dict[int, str]) -> Iterator[str]:
    def name(user_id: int) -> str:
        return names.get(user_id, "Unknown")

    indent = "    " if message.get("thread_id") else ""
    edited = " (edited)" if message.get("edited_at") else ""
    yield f"{indent}{message['date'][11:16]} {name(message['author_id'])}{edited}"
    if message.get("deleted_at"):
        yield f"{indent}  (deleted)"
    lines = message["content"].splitlines()
    forwarded = message.get("forwarded_from")
    if forwarded:
        lines.append(f"Forwarded from {name(forwarded['author_id'])}:")
        lines += [f"> {line}" for line in forwarded["content"].splitlines()]
    poll = message.get("poll")
    if poll:
        lines.append(f"Poll: {poll['question']}")
        lines += [f"- {choice['choice']}: {choice['count']}" for choice in poll["choices"]]
    lines += [f"[{file['name']}: {file['file']}]" for file in message.get("files", ())]
    given = message.get("reactions", ())
    if given:
        lines.append(" ".join(f"{each['emoji']} {name(each['user_id'])}" for each in given))
    for line in lines:
        yield f"{indent}  {line}".rstrip()
