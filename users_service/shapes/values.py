"""The values of fields that several shapes have."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer

from servicekit.times import isoformat

Role = Literal["admin", "member", "guest", "bot"]
InviteRole = Literal["member", "guest"]
Registration = Literal["open", "invite", "closed"]
Scope = Literal["read", "write"]
Theme = Literal["light", "dark", "system"]
Moment = Annotated[datetime, PlainSerializer(isoformat, return_type=str, when_used="json")]
Seconds = Annotated[int, Field(description="Seconds.")]
ShownOnce = Annotated[str, Field(description="Shown this once.")]
