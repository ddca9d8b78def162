"""`||text||` is hidden until its reader asks for it."""

import re

import pytest

from messages_service.markdown import Markdown
from messages_service.spoiler_rules import MAX_SPOILERS


@pytest.fixture(scope="module")
def markdown() -> Markdown:
    return Markdown(lambda names: {}, lambda names: {})


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("He ||dies||.", ["dies"]),
        ("||a **b** c|| and ||d||", ["a <strong>b</strong> c", "d"]),
        ("||one\ntwo||", ["one<br>\ntwo"]),
        ("if a || b || c", []),
        ("`||a||` and \\||b|| and ||||", []),
        ("**||a** b||", []),
    ],
)
def test_text_between_double_bars_is_hidden(
    markdown: Markdown, text: str, hidden: list[str]
) -> None:
    html = markdown.render(text).html
    found = re.findall(r'<span class="spoiler" role="button"[^>]*><span>(.*?)</span>', html, re.S)
    assert found == hidden


def test_an_address_in_a_spoiler_ends_before_the_bars(markdown: Markdown) -> None:
    html = markdown.render("||https://example.org/x||").html
    assert 'href="https://example.org/x"' in html
    assert "spoiler" in html


def test_a_message_has_a_limited_number_of_spoilers(markdown: Markdown) -> None:
    html = markdown.render("||a|| " * 150).html
    assert html.count('class="spoiler"') == MAX_SPOILERS
