"""No text makes rendering expensive or its HTML large."""

import time
from collections.abc import Iterator

import pytest
from pygments.lexers import get_lexer_by_name

from messages_service import highlighting
from messages_service.highlighting import LANGUAGES, Budget, Highlighter
from messages_service.markdown import MAX_HTML_BYTES, Markdown
from messages_service.models import MAX_CONTENT

CPU_SECONDS = 0.4
"""Eight times the limit: other tests share the machine. Without limits it was up to 9 s."""
WIDE_TABLE = "|" + "a|" * 300 + "\n|" + "-|" * 300 + "\n" + "a\n" * 4300
PIECES = (
    "*", "[", "a*", ">", "`a", "http://a ", "**a ", "@a ", "<", "![", "[a](", "- ", "//", "_a ",
    "a@", "&amp;", "&", "|a|b|\n|-|-|\n", "x.", "~~", "> ", "- a\n", "1. ", "    a\n", "a.b.c ",
    "www.a.", "a\n", "\n\n- ", "[a]: b\n", "[a][a] ", "# a\n", "***a", "\\", "~~a~~", "* * ",
    "a@b.c ", "http://(", "http://a.b/((((", "[x](http://a.b) ", ">- ", "*a_", "_*", "|", "|a",
    "\n>", "a.co ", "1.1.1.1 ", '"', "<http://a>", "- [ ] a\n", "ש ", "\n\n", "```c\n!\n```\n",
    "#a ", "#", "@", "#a b c d e f ", "@room ", "||", "||a|| ", "||a ", "||**", "||a *b ||c* ",
    "||http://a.b|| ",
)  # fmt: skip
CODE = (
    "<!--" * 1_200,
    *(
        pytest.param(code, marks=pytest.mark.slow)
        for code in ("a" + "\n" * 4_900 + "!", "a<" * 2_450, "&*" * 2_450 + "!", "\\" * 4_900)
    ),
)


@pytest.fixture(scope="module")
def markdown() -> Iterator[Markdown]:
    made = Markdown(lambda names: dict.fromkeys(names, 1), lambda names: dict.fromkeys(names, 1))
    made.render("```python\nx = 1\n```")  # starts the child
    yield made
    made.close()


@pytest.mark.parametrize("text", [*((piece * MAX_CONTENT)[:MAX_CONTENT] for piece in PIECES),
                                  WIDE_TABLE])  # fmt: skip
def test_no_text_makes_rendering_expensive(markdown: Markdown, text: str) -> None:
    seconds = []
    for _ in range(2):  # a collection of the garbage of all tests may fall into one of them
        started = time.thread_time()
        html = markdown.render(text).html
        seconds.append(time.thread_time() - started)
        assert len(html.encode()) <= MAX_HTML_BYTES
    assert min(seconds) < CPU_SECONDS


@pytest.mark.parametrize("code", CODE)
def test_no_code_in_an_allowed_language_makes_rendering_expensive(
    markdown: Markdown, code: str
) -> None:
    names = {get_lexer_by_name(name).name: name for name in sorted(LANGUAGES)}
    assert len(names) > 25
    slowest = 0.0
    for name in names.values():
        started = time.thread_time()
        html = markdown.render(f"```{name}\n{code}\n```").html
        slowest = max(slowest, time.thread_time() - started)
        assert len(html.encode()) <= MAX_HTML_BYTES
    assert slowest < CPU_SECONDS


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("mcschema", "<!--\n"),
        ("devicetree", "{{" + "a," * 1_000),
        ("easytrieve", "\t" * 2_800),
        ("c", "a" + "\n" * 4_985 + "!"),
    ],
)
def test_code_that_exceeds_the_time_limit_stays_plain(
    monkeypatch: pytest.MonkeyPatch, language: str, code: str
) -> None:
    monkeypatch.setattr(highlighting, "LANGUAGES", LANGUAGES | {language})
    monkeypatch.setattr(highlighting, "ANSWER_SECONDS", 20.0)  # the CPU limit alone ends it
    highlighter, budget = Highlighter(), Budget()
    assert highlighter.html(code, language, budget) is None
    assert budget.seconds > -highlighting.CPU_SECONDS * 4
    assert highlighter.html("x = 1\n", "python", Budget())
    highlighter.close()


def test_an_unresponsive_child_process_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highlighting, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(highlighting, "LANGUAGES", LANGUAGES | {"no such language"})
    highlighter = Highlighter()
    assert highlighter.html("x = 1\n", "no such language", Budget()) is None  # ends the child
    monkeypatch.setattr(highlighting, "ANSWER_SECONDS", 20.0)
    assert highlighter.html("x = 1\n", "python", Budget())
    highlighter.close()


def test_languages_outside_the_list_stay_plain(markdown: Markdown) -> None:
    html = markdown.render("```mcschema\n<!--\n```").html
    assert html == '<pre><code class="language-mcschema">&lt;!--\n</code></pre>\n'


def test_text_beyond_the_limits_stays_plain(markdown: Markdown) -> None:
    text = "**one**\n<b>\n\n" + "<*_" * 3_000
    html = markdown.render(text).html
    assert html.startswith("<p>**one**<br>\n&lt;b&gt;</p>\n<p>&lt;*_&lt;*_")


def test_the_first_message_of_a_process_keeps_its_markup() -> None:
    fresh = Markdown(lambda names: {}, lambda names: {})
    assert "<strong>" in fresh.render("**bold** https://example.org").html


def test_a_table_with_too_many_columns_stays_text(markdown: Markdown) -> None:
    assert "<td>" not in markdown.render(WIDE_TABLE).html
    assert "<td>" in markdown.render("|a|b|\n|-|-|\n" + "|1|2|\n" * 100).html
