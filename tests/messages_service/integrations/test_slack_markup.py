"""Slack's markup as Markdown."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages_service.emoji_names import emoji_named
from messages_service.integrations.slack import to_markdown


def nicknames(user_ids: Iterable[int]) -> dict[int, str]:
    return {user_id: "alice" for user_id in user_ids if user_id == 7}


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("<https://example.com|the page>", "[the page](<https://example.com>)"),
        ("<https://example.com/a?b=1&amp;c=2>", "<https://example.com/a?b=1&c=2>"),
        ("<https://example.com|a [b] c>", r"[a \[b\] c](<https://example.com>)"),
        ("<mailto:a@example.com|write>", "[write](<mailto:a@example.com>)"),
        ("<javascript:alert(1)|click>", "<javascript:alert(1)|click>"),
        ("<!here> <!channel> <!everyone>", "@here @room @room"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("<@7> <@8> <@bob> <@U123|carol>", "@alice @8 @bob @carol"),
        ("<#C1|general>", "#general"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("&amp;lt;", "&lt;"),
        ("a < b > c", "a < b > c"),
    ],
)
def test_links_and_mentions_become_markdown(text: str, markdown: str) -> None:
    assert to_markdown(text, nicknames) == markdown


@given(st.text(alphabet="<>@!#|&;:/htps 17abc\n", max_size=60))
def test_any_text_can_be_turned_into_markdown(text: str) -> None:
    assert isinstance(to_markdown(text, nicknames), str)


@pytest.mark.parametrize(
    ("name", "emoji"),
    [
        (":rocket:", "🚀"),
        (":tada:", "🎉"),
        ("🐛", "🐛"),
        (":robot_face:", "🤖"),
        (":no-such:", None),
        ("", None),
        ("plain words", None),
    ],
)
def test_emoji_are_found_by_slacks_names(name: str, emoji: str | None) -> None:
    assert emoji_named(name) == emoji
