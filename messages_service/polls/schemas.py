"""Request and response bodies of polls."""

from typing import Annotated

from pydantic import AfterValidator, Field, RootModel

from messages_service.polls.models import MAX_CHOICE, MAX_CHOICES, MAX_QUESTION, MIN_CHOICES
from messages_service.schemas import ClientId
from messages_service.shapes.messages import Poll
from servicekit.language import _
from servicekit.web.paging import PageQuery
from servicekit.web.schemas import Body, Id, Line, Path, WithinAYear


def _is_question(text: str) -> str:
    return _is_filled(text, MAX_QUESTION)


def _is_choice(text: str) -> str:
    return _is_filled(text, MAX_CHOICE)


def _are_distinct(choices: list[str]) -> list[str]:
    if len({choice.casefold() for choice in choices}) < len(choices):
        raise ValueError(_("must differ from each other"))
    return choices


def _is_filled(text: str, longest: int) -> str:
    if not text:
        raise ValueError(_("must not be empty"))
    if len(text) > longest:
        raise ValueError(_("must have at most %(limit)s characters", limit=longest))
    return text


Question = Annotated[
    Line,
    AfterValidator(_is_question),
    Field(json_schema_extra={"minLength": 1, "maxLength": MAX_QUESTION}),
]
Choice = Annotated[
    Line,
    AfterValidator(_is_choice),
    Field(json_schema_extra={"minLength": 1, "maxLength": MAX_CHOICE}),
]
Choices = Annotated[
    list[Choice],
    Field(min_length=MIN_CHOICES, max_length=MAX_CHOICES),
    AfterValidator(_are_distinct),
]


class NewPoll(Body):
    conversation_id: Id
    question: Question
    choices: Choices
    multiple: bool = Field(False, description="Whether one may choose several.")
    anonymous: bool = Field(False, description="Whether votes are secret.")
    closes_at: WithinAYear | None = None
    author_id: Id | None = Field(None, description="The caller; anybody in tutorial mode.")
    client_id: ClientId | None = Field(
        None, description="A UUID by the sender; makes sending again harmless."
    )


class NewVote(Body):
    choice_ids: list[Id] = Field(
        max_length=MAX_CHOICES, description="Instead of those before; none withdraws the vote."
    )
    author_id: Id | None = Field(None, description="The caller; anybody in tutorial mode.")


class PollPath(Path):
    poll_id: int


class PollListQuery(PageQuery):
    conversation_id: Id | None = Field(None, description="Only polls of this conversation.")


class PollList(RootModel[list[Poll]]):
    """Newest first."""
