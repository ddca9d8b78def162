"""When room names count as the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages_service.conversations.names import look_key, name_key
from tests.support.examples import examples


@settings(max_examples=examples(30), deadline=None)
@given(st.text(max_size=30))
def test_the_name_key_is_idempotent(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


@pytest.mark.parametrize(
    ("one", "other"), [("ops", "Ops"), ("Straße", "STRASSE"), ("a  b", " a b"), ("ﬁsh", "fish")]
)
def test_case_width_and_spaces_do_not_make_names_different(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ops", "ορѕ"), ("paypal", "pаypаl"), ("hello", "he11o"), ("go", "g0"), ("ABC", "АВС")],
)
def test_confusable_characters_of_other_scripts_count_as_equal(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)
    assert look_key(one) == look_key(other)


@pytest.mark.parametrize(("one", "other"), [("cafe", "café"), ("mail", "main"), ("日本", "日木")])
def test_visibly_different_names_are_different(one: str, other: str) -> None:
    assert look_key(one) != look_key(other)
