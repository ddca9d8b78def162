"""The fields of a profile that others see, or that a person sets for themselves."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from servicekit.emoji import clean_emoji
from servicekit.language import _
from servicekit.web.schemas import Body, Line, WithinAYear

MAX_TITLE = 80
MAX_STATUS = 100
MAX_LANGUAGE = 35
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*")


def _is_language(tag: str) -> str:
    if not _LANGUAGE.fullmatch(tag):
        raise ValueError(_("must be a language tag, like en or de-CH"))
    return tag


def _emoji_or_nothing(text: str) -> str | None:
    return clean_emoji(text) if text else None


Title = Annotated[Line, Field(max_length=MAX_TITLE)]
Language = Annotated[
    Line, AfterValidator(_is_language), Field(max_length=MAX_LANGUAGE, examples=["en"])
]


class NewStatus(Body):
    """Without emoji and text there is no status."""

    emoji: Annotated[Line, AfterValidator(_emoji_or_nothing)] | None = None
    text: Annotated[Line, Field(max_length=MAX_STATUS)] = ""
    until: WithinAYear | None = Field(None, description="When it ends by itself; null: never.")
