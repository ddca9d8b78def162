"""Messages about invalid fields, in the language of the request."""

from datetime import date, datetime, time
from typing import Annotated, Any, Literal, get_args

import pytest
from flask import Flask
from pydantic import AwareDatetime, Field, Strict, ValidationError
from pydantic_core.core_schema import ErrorType

from servicekit.language import install_languages
from servicekit.web.errors import Invalid
from servicekit.web.field_messages import MESSAGES
from servicekit.web.schemas import Body


class Everything(Body):
    """A field for each kind of value that bodies and queries have."""

    needed: str
    text: Annotated[str, Field(min_length=2, max_length=3, pattern="^a")] = "aa"
    strict: Annotated[int, Strict()] = 1
    number: Annotated[int, Field(ge=1, le=9)] = 1
    between: Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)] = 0.5
    flag: Annotated[bool, Strict()] = False
    switch: bool = False
    choice: Literal["all", "mentions", "nothing"] = "all"
    moment: AwareDatetime | None = None
    local: datetime | None = None
    day: date | None = None
    clock: time | None = None
    names: Annotated[list[str], Field(min_length=2, max_length=3)] | None = None
    table: dict[str, str] | None = None


WRONG: list[dict[str, Any]] = [
    {"needed": 1, "text": 1, "strict": "1", "number": "x", "between": "x", "flag": "yes"},
    {"text": "a", "number": 0, "between": 0, "switch": "perhaps", "choice": "some", "more": 1},
    {"text": "aaaa", "number": 10, "between": 1, "switch": [], "names": "a", "table": "a"},
    {"text": "bb", "number": 1.5, "between": float("nan"), "names": ["a"], "moment": "x"},
    {"number": "9" * 5000, "names": list("abcd"), "moment": "2026-11-22T18:00:00"},
    {"between": [], "moment": [], "local": "2026-22-22", "day": "x", "clock": "x"},
    {"day": [], "clock": [], "local": "x"},
    {"day": "2026-11-22T18:00:00"},
    [],  # type: ignore[list-item]
]


def _errors(body: Any) -> list[tuple[str, str]]:
    """The types of the errors, and their messages."""
    with pytest.raises(ValidationError) as caught:
        Everything.model_validate(body)
    problem = Invalid.from_pydantic(caught.value)
    assert problem.errors
    types = [each["type"] for each in caught.value.errors()]
    return list(zip(types, (each["message"] for each in problem.errors), strict=True))


@pytest.mark.parametrize("language", ["de", "es", "fr"])
def test_every_wrong_value_is_refused_in_the_language_of_the_request(language: str) -> None:
    app = Flask(__name__)
    install_languages(app)
    for body in WRONG:
        with app.test_request_context(headers={"Accept-Language": "en"}):
            english = _errors(body)
        with app.test_request_context(headers={"Accept-Language": language}):
            translated = _errors(body)
        for (type_, before), (_, after) in zip(english, translated, strict=True):
            assert "nput should" not in before, type_
            assert before != after, type_


def test_the_message_names_the_limit_and_the_choices() -> None:
    app = Flask(__name__)
    with app.test_request_context():
        messages = dict(_errors({"needed": "", "choice": "some", "number": 10}))
    assert messages == {
        "literal_error": "must be one of these: 'all', 'mentions', 'nothing'",
        "less_than_equal": "must be at most 9",
    }


def test_only_types_of_errors_that_pydantic_knows_are_translated() -> None:
    types = {key if isinstance(key, str) else key[0] for key in MESSAGES}
    assert types <= set(get_args(ErrorType))
