"""Messages that begin with a slash, as `conversation/commands.js` reads them."""

import re

COMMAND = re.compile(r"/[^\W\d_][\w-]*(?=\s|$)")


def is_command(content: str) -> bool:
    return COMMAND.match(content.strip()) is not None


def without_escape(content: str) -> str:
    """The text that is sent: `//` at the beginning stands for one slash."""
    return content.replace("/", "", 1) if content.lstrip().startswith("//") else content
