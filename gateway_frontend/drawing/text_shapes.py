"""Shapes of message text: a few emoji are large, a very long text is folded.

`conversation/shapes.js` says the same in the browser.
"""

import regex
from flask import Flask

LONG_TEXT = 3000
LONG_LINES = 30
_ONE = r"(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2})(?:\ufe0f|\p{Emoji_Modifier})*+"
_FEW_EMOJI = regex.compile(rf"(?:{_ONE}(?:\u200d{_ONE})*+\s*+){{1,3}}")


def install_shapes(app: Flask) -> None:
    """Register the Jinja tests."""
    app.jinja_env.tests["few_emoji"] = is_few_emoji
    app.jinja_env.tests["long_text"] = is_long


def is_few_emoji(text: str) -> bool:
    """One to three emoji and nothing else."""
    return len(text) <= 30 and _FEW_EMOJI.fullmatch(text) is not None


def is_long(text: str) -> bool:
    return len(text) > LONG_TEXT or text.count("\n") >= LONG_LINES
