"""Message text as HTML: what people expect of Markdown, and nothing that could do harm."""

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages_service.markdown import Markdown, is_plain, is_simple


@pytest.fixture(scope="module")
def markdown() -> Markdown:
    return Markdown(lambda names: {}, lambda names: {})


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "<p>plain</p>\n"),
        ("**bold** and *it* and ~~gone~~",
         "<p><strong>bold</strong> and <em>it</em> and <s>gone</s></p>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("`a < b`", "<p><code>a &lt; b</code></p>\n"),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. c", '<ol start="3">\n<li>c</li>\n</ol>\n'),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ("```nothing\n<x>\n```",
         '<pre><code class="language-nothing">&lt;x&gt;\n</code></pre>\n'),
    ],
)  # fmt: skip
def test_markdown_becomes_html(markdown: Markdown, text: str, html: str) -> None:
    assert markdown.render(text).html == html


def test_code_is_highlighted_by_classes(markdown: Markdown) -> None:
    assert '<span class="mi">1</span>' in markdown.render("```python\nx = 1\n```").html


def test_a_table_becomes_a_table(markdown: Markdown) -> None:
    assert "<th>a</th>" in markdown.render("|a|b|\n|-|-|\n|1|2|").html


def test_the_columns_of_a_table_are_aligned_without_styles(markdown: Markdown) -> None:
    html = markdown.render("|a|b|c|\n|:-|-:|-|\n|1|2|3|").html
    assert '<td align="left">1</td>' in html
    assert '<td align="right">2</td>' in html
    assert "<td>3</td>" in html


@pytest.mark.parametrize(
    "address", ["https://example.org/a?b=c", "http://x.org", "www.example.org", "example.org"]
)
def test_bare_urls_become_links_without_a_referrer(markdown: Markdown, address: str) -> None:
    html = markdown.render(f"see {address} now").html
    assert 'rel="noopener noreferrer nofollow"' in html
    assert f">{address}</a>" in html


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:msgbox)",
        "<javascript:alert(1)>",
        "![x](http://tracker.example/pixel.png)",
        '[x](http://y "onmouseover=alert(1)")',
        "[x](http://y'onclick='alert)",
        '```"><script>\nx\n```',
        "```py onload=alert(1)\nx\n```",
        "<a href='javascript:alert(1)'>x</a>",
        "<svg/onload=alert(1)>",
        "|<script>|\n|-|\n|<b onclick=x>|",
        "<!-- --><script>alert(1)</script>",
        "javascript:alert(1)",
        "http://x.org/<script>",
        "\u0000<script>",
    ],
)
def test_scripts_are_removed(markdown: Markdown, attack: str) -> None:
    html = markdown.render(attack).html
    assert html == nh3.clean(
        html,
        link_rel=None,
        attributes={"*": {"class", "data-user-id", "rel"}, "a": {"href", "target", "title"}},
    )
    for sign in ("<script", "<img", "<svg", 'href="javascript', 'href="data', "<b onclick"):
        assert sign not in html.lower()


@given(st.text(st.sampled_from("abcé 1.,:;!?'\"()&<>*_`~#@[]|-+=/\\\n\t日🎉wht.p"), max_size=40))
def test_the_fast_path_for_plain_text_gives_the_same_html(text: str) -> None:
    rendering = Markdown(lambda names: {}, lambda names: {})
    if is_plain(text):
        assert rendering.render(text).html == rendering.render_fully(text).html


WORDS = (
    "https://example.org/a-b.c/", "http://a-b.example.com", "https://xn--bcher-kva.example",
    "https://example.org/a--b", "https://example.org/a?b=c", "(https://example.org)", "www.x.org",
    "**strong**", "**two words**", "**open", "** a**", "**a **", "***a***", "**a.**", "*a*", "**",
    "**שלום**", "tea", "and/or", "10:30", "1.", "1)", "-", ".", ",", "?", "!", ":", "&", "<b>", "é",
)  # fmt: skip


@given(st.lists(st.sampled_from(WORDS) | st.sampled_from(["", " ", "  "]), max_size=9))
def test_the_fast_path_for_addresses_and_strong_words_gives_the_same_html(words: list[str]) -> None:
    text = " ".join(words).replace("   ", "")
    rendering = Markdown(lambda names: {}, lambda names: {})
    if is_simple(text):
        assert rendering.render(text).html == rendering.render_fully(text).html


def test_an_address_and_a_strong_word_need_no_parser() -> None:
    assert is_simple("The list is at https://example.org/list, and it is **long**.")


@pytest.mark.parametrize(
    ("text", "mark"),
    [("- [ ] milk", ""), ("- [x] milk", " checked"), ("1. [X] milk", " checked")],
)
def test_a_task_has_a_disabled_checkbox(markdown: Markdown, text: str, mark: str) -> None:
    html = markdown.render(text + " **and** bread").html
    assert '<li class="task"><label><input' in html
    for attribute in ('type="checkbox"', "disabled", mark.strip()):
        assert attribute in html
    assert ("checked" in html) == bool(mark)
    assert "milk <strong>and</strong> bread</label></li>" in html


def test_brackets_outside_lists_are_not_tasks(markdown: Markdown) -> None:
    assert "<input" not in markdown.render("[ ] milk\n\n- a [x] b\n\n`[x] `").html


def test_links_open_in_a_new_tab_without_an_opener(markdown: Markdown) -> None:
    html = markdown.render(
        "[a](https://example.org) <https://example.com> mailto:a@example.org"
    ).html
    assert html.count('target="_blank"') == 2
    assert html.count('rel="noopener noreferrer nofollow"') == 3


@pytest.mark.parametrize("text", ["שלום עולם", "**مرحبا** a", "> שלום", "- سلام"])
def test_right_to_left_text_gets_its_direction(markdown: Markdown, text: str) -> None:
    assert 'dir="auto"' in markdown.render(text).html
    assert "dir=" not in markdown.render("hello *you*").html


@pytest.mark.parametrize("levels", [9, 15, 40])
def test_deeply_nested_text_is_not_lost(markdown: Markdown, levels: int) -> None:
    items = "".join(f"{'  ' * level}- item{level}.\n" for level in range(levels))
    quotes = "".join(f"{'>' * level} quote{level}.\n" for level in range(levels))
    html = markdown.render(items).html + markdown.render(quotes).html
    for level in range(levels):
        assert f"item{level}." in html
        assert f"quote{level}." in html
