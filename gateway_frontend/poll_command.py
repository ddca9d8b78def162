"""`/poll "Where?" "Here" "There"`, typed as a message."""

import re

from servicekit.language import N_

COMMAND = re.compile(r"/poll(?=\s|$)")
_WORD = re.compile(r"[\"“”„«»](?P<quoted>[^\"“”„«»]*)[\"“”„«»]|(?P<bare>\S+)")
USAGE = N_('Write it like this: /poll "Where?" "Here" "There"')


def is_poll_command(content: str) -> bool:
    return COMMAND.match(content.strip()) is not None


def read_poll_command(content: str) -> tuple[str, list[str]] | None:
    """The question and at least two choices, or None if the syntax is wrong."""
    rest = content.strip().removeprefix("/poll")
    found = [match["quoted"] or match["bare"] or "" for match in _WORD.finditer(rest)]
    words = [word.strip() for word in found if word.strip()]
    return (words[0], words[1:]) if len(words) >= 3 else None
