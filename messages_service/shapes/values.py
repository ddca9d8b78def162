"""The values of fields that several shapes have."""

from typing import Literal

Role = Literal["owner", "moderator", "member"]
Visibility = Literal["public", "private"]
Kind = Literal["direct", "group", "room"]
Notify = Literal["all", "mentions", "nothing"]
Everyone = Literal["room", "here"]
Reason = Literal["direct", "mention", "everyone", "here", "reply", "message"]
"""Why a message notifies a person."""
