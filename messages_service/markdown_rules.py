"""Rules that Parley adds to markdown-it: limits, tasks, new tabs, text directions."""

import time
from collections.abc import Callable, Sequence

from linkify_it import LinkifyIt
from linkify_it.main import Match
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml, unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from messages_service.highlighting import Highlighter
from messages_service.spoiler_rules import MARK, add_spoilers, html_token

CHECKS_PER_LOOK = 8
MAX_TABLE_CELLS = 2_000
"""Cells of a table; a larger one stays text."""
MAX_DEPTH = 24
"""Levels of lists and quotes (a list has two); deeper ones stay text."""
MAX_LINKIFIED_CHARACTERS = 2_000
"""Length of a line in which bare addresses become links: the search is quadratic."""
TASK_MARKS = {"[ ] ": "", "[x] ": " checked", "[X] ": " checked"}
DIRECTED = frozenset({
    "blockquote_open", "bullet_list_open", "heading_open", "ordered_list_open", "paragraph_open",
    "table_open",
})  # fmt: skip


class TooCostly(Exception):
    """Rendering has used up its time."""


class Deadline:
    """CPU time of this thread that is left, counted from now on."""

    def __init__(self, seconds: float) -> None:
        self._end = time.thread_time() + seconds
        self._checks = 0

    def check(self) -> None:
        """Raises TooCostly; asks the system for the time now and then, as that is slow."""
        self._checks += 1
        if self._checks % CHECKS_PER_LOOK == 0 and time.thread_time() > self._end:
            raise TooCostly


class _Linkifier(LinkifyIt):  # type: ignore[misc]
    def test(self, text: str) -> bool:
        return len(text) <= MAX_LINKIFIED_CHARACTERS and bool(super().test(text))

    def match_at_start(self, text: str) -> Match | None:
        """The bars that end a spoiler belong to no address."""
        found: Match | None = super().match_at_start(text.partition(MARK)[0])
        return found


def make_parser(highlighter: Highlighter) -> MarkdownIt:
    """CommonMark with tables, strikethrough, bare links, and line breaks where they were typed."""
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": True})
    parser.options["maxNesting"] = 2 * MAX_DEPTH
    parser.linkify = _Linkifier()
    parser.enable(["table", "strikethrough", "linkify"]).disable("image")
    parser.block.ruler.at("table", _small_table, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.before("table", "depth", _keep_deep_text)
    everywhere: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("depth", "deadline", _check_block, everywhere)
    parser.inline.ruler.before("text", "deadline", _check_inline)
    add_spoilers(parser)
    parser.core.ruler.push("tasks", _mark_tasks)
    parser.core.ruler.push("directions", _mark_directions)
    parser.add_render_rule("link_open", _open_link)
    parser.add_render_rule("fence", _fence_renderer(highlighter))
    return parser


def _check_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    state.env["deadline"].check()
    return False


def _check_inline(state: StateInline, silent: bool) -> bool:
    state.env["deadline"].check()
    return False


def _keep_deep_text(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """markdown-it drops what is nested too deeply; show it with its marks."""
    if state.level < MAX_DEPTH or silent:
        return False
    state.push("paragraph_open", "p", 1)
    token = state.push("inline", "", 0)
    token.content = state.getLines(start, end, state.blkIndent, False).strip()
    token.map = [start, end]
    token.children = []
    state.push("paragraph_close", "p", -1)
    state.line = end
    return True


def _small_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A row of two characters becomes as many cells as the first row has columns."""
    columns = state.src.count("|", state.bMarks[start], state.eMarks[start]) + 1
    rows = next((line for line in range(start, end) if state.isEmpty(line)), end) - start
    if columns * rows > MAX_TABLE_CELLS:
        return False
    first = len(state.tokens)
    is_table = table(state, start, end, silent)
    for token in state.tokens[first:]:
        if style := token.attrs.pop("style", None):  # pages allow no styles in HTML
            token.attrSet("align", str(style).removeprefix("text-align:"))
    return is_table


def _mark_tasks(state: StateCore) -> None:
    tokens = state.tokens
    for item, inline in zip(tokens, tokens[2:], strict=False):
        if item.type != "list_item_open" or inline.type != "inline" or not inline.children:
            continue
        text = inline.children[0]
        mark = text.content[:4]
        if text.type == "text" and mark in TASK_MARKS:
            item.attrSet("class", "task")
            text.content = text.content[4:]
            box = f'<input type="checkbox" disabled{TASK_MARKS[mark]}>'
            opening, closing = (
                html_token(f"<label>{box} ", text.level),
                html_token("</label>", text.level),
            )
            inline.children = [opening, *inline.children, closing]


def _mark_directions(state: StateCore) -> None:
    if state.env.get("is_directed"):
        for token in state.tokens:
            if token.type in DIRECTED:
                token.attrSet("dir", "auto")


def _open_link(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: EnvType,
) -> str:
    if str(tokens[index].attrGet("href")).startswith(("http:", "https:")):
        tokens[index].attrSet("target", "_blank")
    return renderer.renderToken(tokens, index, options, env)


def _fence_renderer(highlighter: Highlighter) -> Callable[..., str]:
    def render(
        renderer: RendererHTML,
        tokens: Sequence[Token],
        index: int,
        options: OptionsDict,
        env: EnvType,
    ) -> str:
        code = tokens[index].content
        words = unescapeAll(tokens[index].info).split(maxsplit=1)
        if not words:
            return f"<pre><code>{escapeHtml(code)}</code></pre>\n"
        made = highlighter.html(code, words[0], env["highlighting"])
        name = escapeHtml(words[0])
        return f'<pre><code class="language-{name}">{made or escapeHtml(code)}</code></pre>\n'

    return render
