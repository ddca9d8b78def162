"""Formatting around a selection, and pasted web pages as Markdown."""

import pytest

from gateway_frontend.drawing.filters import summary
from gateway_frontend.shapes.messages import Message
from tests.gateway_frontend.conftest import Modules

FORMAT = """async ({ format, given }) => {
  const { formatEdit } = await import("/js/conversation/formatting.js");
  const start = given.indexOf("<");
  const end = given.indexOf(">") - 1;
  const text = given.replace("<", "").replace(">", "");
  const edit = formatEdit(format, text, start, end);
  const after = text.slice(0, edit.start) + edit.insert + text.slice(edit.end);
  const [from, to] = edit.select;
  return `${after.slice(0, from)}<${after.slice(from, to)}>${after.slice(to)}`;
}"""
CONVERT = """async ({ html }) => {
  const { markdownOf } = await import("/js/conversation/pasted-html.js");
  return markdownOf(html);
}"""


@pytest.mark.parametrize(
    ("format_", "given", "expected"),
    [
        ("bold", "a <b> c", "a **<b>** c"),
        ("bold", "a **<b>** c", "a <b> c"),
        ("italic", "a< b >c", "a _<b>_ c"),
        ("strike", "<>", "~~<>~~"),
        ("code", "<a>", "`<a>`"),
        ("code", "x <a\nb>", "x \n```\n<a\nb>\n```"),
        ("link", "see <this>", "see [this](<https://>)"),
        ("link", "<https://example.org>", "[<>](https://example.org)"),
        ("list", "<a\nb>", "<- a\n- b>"),
        ("list", "<- a\n- b>", "<a\nb>"),
        ("quote", "a\nb<>", "a\n> b<>"),
    ],
)
def test_a_format_surrounds_the_selection_or_goes_away(
    modules: Modules, format_: str, given: str, expected: str
) -> None:
    assert modules.run(FORMAT, format=format_, given=given) == expected


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>a <b>b</b> <i>c</i></p><p>d<br>e</p>", "a **b** _c_\n\nd\ne"),
        ('<a href="https://x.org/(1)">x</a> <a href="javascript:y()">y</a>',
         "[x](https://x.org/%281%29) y"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ('<ol start="3"><li>a</li></ol>', "3. a"),
        ("<pre>a\n  b</pre><code>c</code>", "```\na\n  b\n```\n\n`c`"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<table><tr><th>a<th>b|</tr><tr><td>c</tr></table>",
         "| a | b\\| |\n| --- | --- |\n| c |  |"),
        ("2*3*4 snake_case _x_ ||y||", "2\\*3\\*4 snake_case \\_x\\_ \\|\\|y\\|\\|"),
        ('<b style="font-weight:normal">docs</b><script>alert(1)</script><style>p{}</style>',
         "docs"),
        ("<b>" * 5000 + "deep", "deep"),
    ],
)  # fmt: skip
def test_a_pasted_web_page_becomes_markdown(modules: Modules, html: str, markdown: str) -> None:
    assert modules.run(CONVERT, html=html).strip("*") == markdown


def test_the_list_of_conversations_shows_no_spoiler() -> None:
    html = '<p>He <span class="spoiler" role="button"><span>dies</span></span>.</p>'
    message: Message = {"html": html, "deleted_at": None, "poll": None, "attachments": []}  # type: ignore[typeddict-item]
    message |= {"author_id": 1}
    assert summary(message, 1) == "You: He (spoiler)."
