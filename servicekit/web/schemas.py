"""Base models and field types of requests: bodies, queries and paths."""

import functools
import unicodedata
import zoneinfo
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    RootModel,
    Strict,
    TypeAdapter,
)

from servicekit.language import N_, _
from servicekit.times import utcnow

MAX_ID = 2**53 - 1
"""The largest integer that JavaScript represents exactly."""
ID_DIGITS = len(str(MAX_ID))


class Body(BaseModel):
    """A JSON body. Unknown fields are rejected, so typos are noticed."""

    model_config = ConfigDict(extra="forbid")


class Query(BaseModel):
    """Query parameters. Unknown ones are ignored: links collect parameters (`utm_source`)."""

    model_config = ConfigDict(extra="ignore")

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        # flask-openapi3 asks for the schema on every request; making it costs more than the rest.
        make = BaseModel.model_json_schema.__func__  # type: ignore[attr-defined]  # not the parent's cached one
        cls.model_json_schema = functools.cache(functools.partial(make, cls))  # type: ignore[method-assign,assignment]


class Path(BaseModel):
    """Path parameters."""


Shape = TypeVar("Shape")


class Answer(RootModel[Shape], Generic[Shape]):
    """Describes an answer to OpenAPI by its TypedDict: `responses={200: Answer[Message]}`."""

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:
        shape: Any = cls.model_fields["root"].annotation
        return TypeAdapter(shape).json_schema(*args, **options)


def clean_text(value: str) -> str:
    """Normalise to NFC and newlines; raises ValueError for control characters other than tab."""
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError(_("must be valid Unicode without lone surrogates")) from None
        value = unicodedata.normalize("NFC", value)
    if "\r" in value:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    if not value.isprintable() and any(is_control(char) for char in value):
        raise ValueError(_("must not contain control characters"))
    return value


def clean_line(value: str) -> str:
    """`clean_text` for a single line, stripped."""
    value = clean_text(value).strip()
    if "\n" in value or "\t" in value or "\u2028" in value or "\u2029" in value:
        raise ValueError(_("must be a single line"))
    return value


def is_id(text: str) -> bool:
    """Whether `text` is an id in decimal digits."""
    return text.isascii() and text.isdigit() and len(text) <= ID_DIGITS and 1 <= int(text) <= MAX_ID


def is_control(char: str) -> bool:
    """Whether `char` is in category Cc, except newline and tab, or a bidi override."""
    if char in "\n\t":
        return False
    return (
        unicodedata.category(char) == "Cc" or char in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
    )


def _until(longest: timedelta, words: str) -> AfterValidator:
    def check(moment: datetime) -> datetime:
        now = utcnow()
        if not now < moment <= now + longest:
            raise ValueError(_(words))
        return moment.astimezone(UTC)

    return AfterValidator(check)


@functools.cache
def _time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _is_time_zone(name: str) -> str:
    if name not in _time_zones():
        raise ValueError(_("must be the name of a time zone, like Europe/Zurich"))
    return name


def _id_from_string(value: Any) -> Any:
    # The tutorial's commands send ids as strings (httpie's `recipient_id=2`).
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= ID_DIGITS:
        return int(value)
    return value


def _id_in_range(value: int) -> int:
    if not 1 <= value <= MAX_ID:
        raise ValueError(_("must be from 1 to %(max_id)s", max_id=MAX_ID))
    return value


Text = Annotated[str, AfterValidator(clean_text)]
"""Several lines of NFC text."""
Line = Annotated[str, AfterValidator(clean_line)]
"""One line of NFC text."""
Id = Annotated[int, Strict(), BeforeValidator(_id_from_string), AfterValidator(_id_in_range)]
"""An id; also as a string of digits."""
TimeZone = Annotated[Line, AfterValidator(_is_time_zone)]
"""A name of the IANA time zone database."""
WithinAYear = Annotated[
    AwareDatetime, _until(timedelta(days=366), N_("must be a time to come, within a year"))
]
"""A time to come, in UTC."""
WithinTenYears = Annotated[
    AwareDatetime, _until(timedelta(days=3653), N_("must be a time to come, within ten years"))
]
"""A time to come, in UTC."""
