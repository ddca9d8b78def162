"""Messages and conversations as lines of a terminal."""

from parley_client.shapes import Conversation, Message


def name_of(conversation: Conversation, my_id: int) -> str:
    """The name of a room, or those of the other people."""
    if conversation["kind"] == "room":
        return plain(f"# {conversation['name']}")
    others = [person["name"] for person in conversation["members"] if person["id"] != my_id]
    return plain(conversation["name"] or ", ".join(others) or "yourself")


def text_of(message: Message) -> str:
    """The text of a message, and the names of its files."""
    files = "".join(f" [{file['name']}]" for file in message["attachments"])
    text = "(deleted)" if message["deleted_at"] else message["content"] + files
    return "\n".join(plain(line) for line in text.splitlines())


def plain(text: str) -> str:
    """Without characters that would control the terminal, or hide what was written."""
    return "".join(each if each.isprintable() else "�" for each in text)
