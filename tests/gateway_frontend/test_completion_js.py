"""The completion's word before the caret, and the emoji found by a name."""

from typing import Any

import pytest

from servicekit.emoji import clean_emoji
from tests.gateway_frontend.conftest import Modules

FIND = """async ({ before }) => {
  const { findTyped, findWhole } = await import("/js/conversation/completion.js");
  const slash = { character: "/", isFirst: true };
  const triggers = [{ character: ":", shortest: 2, whole: () => "" }, { character: "@" }, slash];
  const say = (found) => found && [found.trigger.character, found.start, found.query];
  return [say(findTyped(before, triggers)), say(findWhole(before, triggers))];
}"""
SEARCH = """async ({ typed, recent }) => {
  const { loadEmoji } = await import("/js/emoji/emoji-data.js");
  const { searchEmoji } = await import("/js/emoji/emoji-search.js");
  return searchEmoji(await loadEmoji(), typed, recent).map(({ text }) => text);
}"""


@pytest.mark.parametrize(
    ("before", "typed", "whole"),
    [
        ("good :ta", [":", 5, "ta"], None),
        ("good :t", None, None),
        ("good :tada:", None, [":", 5, "tada"]),
        (":+1:", None, [":", 0, "+1"]),
        ("hello @", ["@", 6, ""], None),
        ("alice@exa", None, None),
        ("/dep", ["/", 0, "dep"], None),
        ("see /dep", None, None),
        ("/deploy a /b", None, None),
        ("at 10:30:00", None, None),
        ("in `code :ta", None, None),
        ("```\n:tada:", None, None),
        ("```\nx\n```\n:tada:", None, [":", 10, "tada"]),
    ],
)
def test_the_completion_finds_the_word_before_the_caret(
    modules: Modules, before: str, typed: list[Any] | None, whole: list[Any] | None
) -> None:
    assert modules.run(FIND, before=before) == [typed, whole]


def test_a_name_finds_its_emoji_first_and_recent_ones_before_others(modules: Modules) -> None:
    assert modules.run(SEARCH, typed="tada", recent=[])[0] == "🎉"
    assert modules.run(SEARCH, typed="thumbs", recent=["👎"])[:2] == ["👎", "👍"]
    assert "🎂" in modules.run(SEARCH, typed="birthday cake", recent=[])
    assert modules.run(SEARCH, typed="xyzzyx", recent=[]) == []


def test_every_emoji_that_the_picker_offers_is_one_reaction_for_the_server(
    modules: Modules,
) -> None:
    offered = modules.run(
        """async () => {
          const { loadEmoji } = await import("/js/emoji/emoji-data.js");
          return (await loadEmoji()).flatMap(({ text, tones }) => [text, ...tones]);
        }"""
    )
    assert len(offered) > 3000
    assert [emoji for emoji in offered if clean_emoji(emoji) != emoji] == []
