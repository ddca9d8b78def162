"""Fields and queries that several requests have."""

from typing import Annotated

from pydantic import AfterValidator, Field

from servicekit.language import _
from servicekit.web.paging import MAX_LIMIT, PageQuery
from servicekit.web.schemas import Line
from users_service.names import clean_email, clean_name, clean_nickname
from users_service.passwords import MAX_LENGTH, MIN_LENGTH

MAX_INT = 2**31 - 1
"""The id columns are 32-bit integers in PostgreSQL."""
MAX_NAME = 100
MAX_EMAIL = 254


MAX_TOKEN_NAME = 100


def _encodable(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(_("must be valid Unicode without lone surrogates")) from None
    return value


Name = Annotated[Line, Field(min_length=1, max_length=MAX_NAME), AfterValidator(clean_name)]
Nickname = Annotated[
    Line,
    AfterValidator(clean_nickname),
    Field(
        min_length=1,
        max_length=64,
        description="1 to 32 letters and digits of any script, `.`, `_` and `-`.",
        examples=["alice"],
    ),
]
Email = Annotated[
    Line,
    AfterValidator(clean_email),
    Field(min_length=3, max_length=MAX_EMAIL, json_schema_extra={"format": "email"}),
]
AnyPassword = Annotated[str, AfterValidator(_encodable), Field(min_length=1, max_length=MAX_LENGTH)]
NewPassword = Annotated[
    str, AfterValidator(_encodable), Field(min_length=MIN_LENGTH, max_length=MAX_LENGTH)
]
HandedOut = Annotated[Line, Field(min_length=1, max_length=200)]


class ListQuery(PageQuery):
    """A page of a list; ids have 32 bits in this service."""

    before: int | None = Field(None, ge=0, le=MAX_INT, description="Only entries before this id.")
    after: int | None = Field(None, ge=0, le=MAX_INT, description="Only entries after this id.")


class EntryListQuery(ListQuery):
    """A page of a short list; by default all of it."""

    limit: int = Field(MAX_LIMIT, ge=1, le=MAX_LIMIT, description="Entries at most.")
