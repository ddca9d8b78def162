"""Message text → safe HTML: Markdown, highlighted code, mentions."""

import html
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import nh3
import regex
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

MAX_HIGHLIGHTED = 5_000
"""Longer code is shown plain: some lexers take their time."""

LINK_SCHEMES = {"http", "https", "mailto"}
LINK_REL = "noopener noreferrer nofollow"
TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol",
    "p", "pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "code": {"class"},
    "ol": {"start"},
    "span": {"class", "data-user-id"},
}
_INERT = r"\w \"'()?!,;$%…–—‘’“”„€¿¡\u2600-\u27bf\U0001f300-\U0001faff"
PLAIN = re.compile(rf"(?!\d)[{_INERT}][{_INERT}]*(?:[.:](?=\s|$)[{_INERT}]*)*")
"""Text without underscores in which no rule below finds anything to do."""
MENTION = regex.compile(r"(?<![\p{L}\p{M}\p{N}_.@/-])@([\p{L}\p{M}\p{Nd}._-]{1,32})")
FindPeople = Callable[[Iterable[str]], Mapping[str, int]]


class Markdown:
    """Renders messages; `find_people` gives the ids of case-folded nicknames."""

    def __init__(self, find_people: FindPeople) -> None:
        self._find_people = find_people
        self._local = threading.local()

    def render(self, text: str) -> str:
        """`text` as HTML that can be put into a page as it is."""
        if is_plain(text):
            return f"<p>{html.escape(text, quote=False)}</p>\n"
        return self.render_fully(text)

    def render_fully(self, text: str) -> str:
        """The same as `render`, without its short cut."""
        made = self._parser().render(text, {"people": self._mentioned(text)})
        return nh3.clean(
            made,
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes=LINK_SCHEMES,
            link_rel=LINK_REL,
            strip_comments=True,
        )

    def _mentioned(self, text: str) -> Mapping[str, int]:
        names = {name for found in MENTION.findall(text) for name in _possible_names(found)}
        return self._find_people(names) if names else {}

    def _parser(self) -> MarkdownIt:
        # One per thread: linkify keeps the text that it works on in itself.
        parser: MarkdownIt | None = getattr(self._local, "parser", None)
        if parser is None:
            parser = self._local.parser = make_parser()
        return parser


def is_plain(text: str) -> bool:
    """Whether `text` is one paragraph without markup, links or mentions."""
    return "_" not in text and text[:1] != " " != text[-1:] and PLAIN.fullmatch(text) is not None


def make_parser() -> MarkdownIt:
    """CommonMark with tables, strikethrough, bare links, and line breaks where they were typed."""
    parser = MarkdownIt(
        "commonmark", {"html": False, "breaks": True, "linkify": True, "highlight": _highlight}
    )
    parser.enable(["table", "strikethrough", "linkify"]).disable("image")
    parser.core.ruler.push("mentions", _mark_mentions)
    return parser


def _highlight(code: str, language: str, _attributes: str) -> str:
    """Code with Pygments' classes; "" leaves it to markdown-it, which escapes it."""
    if not language or len(code) > MAX_HIGHLIGHTED:
        return ""
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return ""
    return highlight(code, lexer, HtmlFormatter(nowrap=True))


def _mark_mentions(state: StateCore) -> None:
    people = state.env.get("people")
    if not people:
        return
    for block in state.tokens:
        if block.type == "inline" and block.children:
            block.children = _with_mentions(block.children, people)


def _with_mentions(tokens: list[Token], people: Mapping[str, int]) -> list[Token]:
    result: list[Token] = []
    links = 0
    for token in tokens:
        links += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not links and "@" in token.content:
            result.extend(_split(token, people))
        else:
            result.append(token)
    return result


def _split(token: Token, people: Mapping[str, int]) -> Iterable[Token]:
    text, start = token.content, 0
    for match in MENTION.finditer(text):
        name = next((n for n in _possible_names(match[1]) if n in people), None)
        if name is None:
            continue
        end = match.start() + 1 + len(name)
        yield _text(text[start : match.start()], token.level)
        yield _mention(text[match.start() : end], people[name], token.level)
        start = end
    yield _text(text[start:], token.level)


def _possible_names(found: str) -> Iterable[str]:
    """`bob.` at the end of a sentence may mean `bob.` or `bob`."""
    name = found.casefold()
    if len(name) != len(found):
        name = found.lower()
    yield name
    while name and name[-1] in "._-":
        name = name[:-1]
        yield name


def _text(content: str, level: int) -> Token:
    return Token("text", "", 0, content=content, level=level)


def _mention(label: str, user_id: int, level: int) -> Token:
    made: dict[str, Any] = {
        "content": f'<span class="mention" data-user-id="{user_id}">{html.escape(label)}</span>'
    }
    # An html_inline token is written as it is; html=False only keeps the parser from making them.
    return Token("html_inline", "", 0, level=level, **made)
