"""Request bodies from the other services."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from servicekit.web.schemas import Body, Id, Query

MAX_BATCH = 500


class InternalMessage(Body):
    """One of a batch; `room` is a name or an id. `NewMessage` checks the rest."""

    author_id: Id
    role: str = "member"
    conversation_id: Id | None = None
    room: str | None = None
    content: Any
    client_id: Any = None
    reply_to: Any = None
    also_in_conversation: Any = False
    attachments: Any = None
    keep_draft: Any = False


class InternalMessages(Body):
    """Each message is checked by itself, so that a bad one does not fail the others."""

    messages: list[Any] = Field(max_length=MAX_BATCH)


class MembersQuery(Query):
    """Several people, as `user_ids=1,2,3`."""

    user_ids: Annotated[
        str, StringConstraints(pattern=r"^[1-9][0-9]{0,9}(,[1-9][0-9]{0,9}){0,199}$")
    ]

    @property
    def ids(self) -> list[int]:
        return [int(number) for number in self.user_ids.split(",")]


class ResolveQuery(Query):
    room: str
    user_id: Id
