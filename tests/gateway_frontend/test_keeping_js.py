"""Differences between texts, and words that the server uses, too."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway_frontend.drawing.filters import forwarded_words
from tests.gateway_frontend.conftest import Modules
from tests.support.examples import examples

texts = st.lists(st.sampled_from(["soup", "at", "six", "seven", ".", " ", "\n", "é"])).map("".join)
CHANGES = """async ({ before, after }) => {
  const { changesBetween } = await import("/js/keeping/text-changes.js");
  return changesBetween(before, after);
}"""


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(before=texts, after=texts)
def test_the_parts_of_a_difference_make_up_both_texts(
    modules: Modules, before: str, after: str
) -> None:
    parts = modules.run(CHANGES, before=before, after=after)
    assert "".join(part["text"] for part in parts if part["kind"] != "added") == before
    assert "".join(part["text"] for part in parts if part["kind"] != "removed") == after
    assert all(one["kind"] != other["kind"] for one, other in pairwise(parts))
    assert before != after or [part["kind"] for part in parts] in ([], ["same"])


def test_a_difference_names_the_changed_words(modules: Modules) -> None:
    assert modules.run(CHANGES, before="Soup at six.", after="Soup at seven.") == [
        {"kind": "same", "text": "Soup at "},
        {"kind": "removed", "text": "six"},
        {"kind": "added", "text": "seven"},
        {"kind": "same", "text": "."},
    ]


@pytest.mark.parametrize(
    ("kind", "name"), [("room", "kitchen"), ("room", None), ("group", None), ("direct", None)]
)
def test_browser_and_server_name_the_source_of_a_forward_alike(
    modules: Modules, kind: str, name: str | None
) -> None:
    forwarded: Any = {"kind": kind, "name": name}
    said = modules.run(
        """async ({ forwarded }) =>
          (await import("/js/keeping/forwarded.js")).sourceWords(forwarded)""",
        forwarded=forwarded,
    )
    assert said == forwarded_words(forwarded)
