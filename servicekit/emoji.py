"""Whether a text is one emoji, which may consist of several characters."""

import regex

from servicekit.language import _

MAX_EMOJI: int = 16
"""Characters; the longest of Unicode's recommended emoji has 10."""
_NO_DIGIT = r"(?![0-9#*]|\p{RI})"
_ELEMENT = rf"{_NO_DIGIT}\p{{Emoji}}(?:\p{{EMod}}|\ufe0f)?"
_TAGS = r"(?:[\U000e0020-\U000e007e]{1,8}\U000e007f)?"
_EMOJI = regex.compile(rf"\p{{RI}}{{2}}|[0-9#*]\ufe0f\u20e3|{_ELEMENT}{_TAGS}(?:\u200d{_ELEMENT})*")
_TEXT_BY_DEFAULT = regex.compile(r"[\p{Emoji}--\p{Emoji_Presentation}]", regex.VERSION1)
_SURPLUS = regex.compile(r"(\p{Emoji_Presentation})\ufe0f")


def clean_emoji(text: str) -> str:
    """The emoji, with its variation selectors where they are needed; ValueError for other text."""
    if len(text) > MAX_EMOJI or not _EMOJI.fullmatch(text):
        raise ValueError(_("must be a single emoji"))
    text = _SURPLUS.sub(r"\1", text)
    return text + "\ufe0f" if _TEXT_BY_DEFAULT.fullmatch(text) else text
