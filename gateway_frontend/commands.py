"""Messages that begin with a slash, as `conversation/commands.js` reads them."""

import re

from servicekit.language import _

COMMAND = re.compile(r"/([^\W\d_][\w-]*)(?=\s|$)")
KNOWN = frozenset({"poll"})


def hint_for(content: str) -> str:
    """A hint about an unknown command, or an empty string."""
    match = COMMAND.match(content.strip())
    if match is None or match[1] in KNOWN:
        return ""
    name = match[1]
    return _("There is no command /%(name)s. To send it as text, write //%(name)s.", name=name)


def without_escape(content: str) -> str:
    """The text that is sent: `//` at the beginning stands for one slash."""
    return content.replace("/", "", 1) if content.lstrip().startswith("//") else content
