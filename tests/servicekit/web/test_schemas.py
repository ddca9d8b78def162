"""Validation of text and ids."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from servicekit.web.schemas import MAX_ID, Id, Line, Text

TEXT, LINE, ID = TypeAdapter(Text), TypeAdapter(Line), TypeAdapter(Id)


@given(st.text())
def test_accepted_text_is_nfc_without_control_characters(value: str) -> None:
    try:
        clean = TEXT.validate_python(value)
    except ValidationError:
        return
    assert unicodedata.is_normalized("NFC", clean)
    assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in clean)
    assert TEXT.validate_python(clean) == clean


@pytest.mark.parametrize("value", ["a\x00", "\x1b[31m", "\x7f", "\x85", "a\u202egnp.exe", "\ud800"])
def test_invisible_and_unsafe_characters_are_rejected(value: str) -> None:
    with pytest.raises(ValidationError):
        TEXT.validate_python(value)


def test_line_endings_become_newlines() -> None:
    assert TEXT.validate_python("a\r\nb\rc") == "a\nb\nc"


def test_a_line_is_stripped_and_has_no_line_break() -> None:
    assert LINE.validate_python("  Ünïcode 👩‍🚀 ") == "Ünïcode 👩‍🚀"
    with pytest.raises(ValidationError):
        LINE.validate_python("two\nlines")


@pytest.mark.parametrize("value", [1, "1", "2147483648", MAX_ID])
def test_an_id_may_come_as_a_string_of_digits(value: object) -> None:
    assert ID.validate_python(value) == int(str(value))


@pytest.mark.parametrize(
    "value", [0, -1, MAX_ID + 1, "0", "²", "1e3", "99999999999999999", True, 1.5, None]
)
def test_an_invalid_id_is_rejected(value: object) -> None:
    with pytest.raises(ValidationError):
        ID.validate_python(value)
