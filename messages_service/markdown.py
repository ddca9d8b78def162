"""Message text → safe HTML: Markdown, highlighted code, mentions; its cost and size are limited."""

import html
import re
import threading
from typing import Any, NamedTuple

import nh3
from markdown_it import MarkdownIt

from messages_service.highlighting import Budget, Highlighter
from messages_service.markdown_rules import (
    MAX_LINKIFIED_CHARACTERS,
    Deadline,
    TooCostly,
    make_parser,
)
from messages_service.mention_rules import FindPeople, FindRooms, find_targets, install_mentions
from messages_service.shapes.messages import Mentions

RENDER_CPU_SECONDS = 0.05
"""CPU time of a thread to parse one message; text that needs more is shown without its markup."""
MAX_HTML_BYTES = 100_000
"""Size of a message's HTML; text that needs more is shown without its markup."""

LINK_SCHEMES = {"http", "https", "mailto"}
LINK_REL = "noopener noreferrer nofollow"
LINK = rf'<a href="\g<0>" target="_blank" rel="{LINK_REL}">\g<0></a>'
TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "input",
    "label", "li", "ol", "p", "pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead",
    "tr", "ul",
}  # fmt: skip
DIRECTED = ("blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "table", "ul")
ATTRIBUTES = {
    "a": {"data-user-id", "href", "title"},
    "code": {"class"},
    "input": {"checked", "disabled"},
    "li": {"class"},
    "ol": {"start"},
    "span": {"class", "data-everyone", "tabindex"},
}
ATTRIBUTE_VALUES = {
    "a": {"class": {"mention", "room-link"}, "target": {"_blank"}},
    "input": {"type": {"checkbox"}},
    "span": {"aria-expanded": {"false"}, "aria-label": {"Spoiler"}, "role": {"button"}},
    **{tag: {"align": {"center", "left", "right"}} for tag in ("td", "th")},
    **{tag: {"dir": {"auto"}} for tag in DIRECTED},
}
_INERT = r"\w\"'()?!,;$%…–—‘’“”„€¿¡\u2600-\u27bf\U0001f300-\U0001faff"
_BETWEEN = r"(?<=\w)[-/:](?=\w)|(?<=\d)[.](?=\d)|[.:](?=\s|$)"
_WORDS = rf"(?:[ {_INERT}]++|{_BETWEEN})++"
_NO_LIST = r"(?!\d+[.)])"
PLAIN = re.compile(_NO_LIST + _WORDS)
"""Text without underscores in which no rule finds anything to do; a number may begin a list."""
_HOST = r"(?:[a-z0-9]++(?:-[a-z0-9]++)*+\.)++[a-z]{2,}+"
_PATH = r"(?:/[A-Za-z0-9]++(?:[-.][A-Za-z0-9]++)*+)*+/?+"
ADDRESS = re.compile(rf"https?://{_HOST}{_PATH}")
STRONG = re.compile(rf"\*\*((?! )[ {_INERT}]+(?<=\w))\*\*")
_WORD = rf"(?:[{_INERT}]++|{_BETWEEN})++"
_MARKED = rf"(?<!\S)(?:{ADDRESS.pattern}|{STRONG.pattern})(?=[.,!?]?(?:\s|$))"
SIMPLE = re.compile(rf"{_NO_LIST}(?:{_MARKED}|{_WORD}| )++")
"""The same with bare addresses and strong words, as in most of the messages that are not plain."""
RIGHT_TO_LEFT = re.compile(
    r"[\u0590-\u08ff\u200f\u202b\ufb1d-\ufdff\ufe70-\ufefc"
    r"\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
PARAGRAPHS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
WARM_UP = "- [ ] https://example.org a@example.org `a` **b**\n\n|a|\n|-|\n"
WARM_UP_CPU_SECONDS = 10.0
"""The first text makes the parser compile its regular expressions."""


class Rendered(NamedTuple):
    html: str
    mentions: Mentions


class Markdown:
    """Renders messages.

    `find_people` gives the ids of case-folded nicknames, `find_rooms` those of the public rooms
    among possible names.
    """

    def __init__(self, find_people: FindPeople, find_rooms: FindRooms) -> None:
        self._find_people = find_people
        self._find_rooms = find_rooms
        self._local = threading.local()
        self._highlighter = Highlighter()

    def render(self, text: str) -> Rendered:
        """`text` as HTML that can be put into a page as it is, and whom it mentions."""
        if is_plain(text):
            return _paragraph(text)
        if is_simple(text):
            linked = ADDRESS.sub(LINK, text)
            return _paragraph(STRONG.sub(r"<strong>\1</strong>", linked))
        return self.render_fully(text)

    def render_fully(self, text: str) -> Rendered:
        """The same as `render`, without its short cut."""
        try:
            rendered = self._from_markdown(text)
        except TooCostly:
            return _without_mentions(without_markup(text))
        if len(rendered.html.encode()) > MAX_HTML_BYTES:
            return _without_mentions(without_markup(text))
        return rendered

    def close(self) -> None:
        """End the child process that highlights code."""
        self._highlighter.close()

    def _from_markdown(self, text: str) -> Rendered:
        parser = self._parser()
        targets = find_targets(text, self._find_people, self._find_rooms)
        env = {"is_directed": bool(_direction(text)), "targets": targets}
        made = parser.render(text, env | _limits(RENDER_CPU_SECONDS))
        if len(made) > MAX_HTML_BYTES:
            raise TooCostly
        clean = nh3.clean(
            made,
            tags=TAGS,
            attributes=ATTRIBUTES,
            tag_attribute_values=ATTRIBUTE_VALUES,
            url_schemes=LINK_SCHEMES,
            link_rel=LINK_REL,
            strip_comments=True,
        )
        return Rendered(clean, targets.mentions)

    def _parser(self) -> MarkdownIt:
        # One per thread: linkify keeps the text that it works on in itself.
        parser: MarkdownIt | None = getattr(self._local, "parser", None)
        if parser is None:
            parser = self._local.parser = make_parser(self._highlighter)
            install_mentions(parser)
            parser.render(WARM_UP, _limits(WARM_UP_CPU_SECONDS))
        return parser


def is_plain(text: str) -> bool:
    """Whether `text` is one paragraph without markup, links or mentions."""
    return "_" not in text and text[:1] != " " != text[-1:] and PLAIN.fullmatch(text) is not None


def is_simple(text: str) -> bool:
    """Whether bare addresses and strong words are the only markup of a single paragraph."""
    return (
        ("http" in text or "**" in text)
        and "_" not in text
        and text[:1] != " " != text[-1:]
        and len(text) <= MAX_LINKIFIED_CHARACTERS
        and SIMPLE.fullmatch(text) is not None
    )


def without_markup(text: str) -> str:
    """`text` as it was typed, in paragraphs."""
    attribute = _direction(text)
    paragraphs = (html.escape(part, quote=False) for part in PARAGRAPHS.split(text) if part.strip())
    return "".join(
        f"<p{attribute}>{part.strip().replace(chr(10), '<br>' + chr(10))}</p>\n"
        for part in paragraphs
    )


def _paragraph(inner: str) -> Rendered:
    """None of the signs of a plain or simple text has a meaning in HTML."""
    return _without_mentions(f"<p{_direction(inner)}>{inner}</p>\n")


def _without_mentions(made: str) -> Rendered:
    return Rendered(made, {"user_ids": [], "everyone": None})


def _limits(seconds: float) -> dict[str, Any]:
    return {"deadline": Deadline(seconds), "highlighting": Budget()}


def _direction(text: str) -> str:
    """Text without right-to-left letters needs no attribute to run from left to right."""
    return "" if text.isascii() or not RIGHT_TO_LEFT.search(text) else ' dir="auto"'
