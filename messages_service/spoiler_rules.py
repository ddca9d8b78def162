"""`||text||` in a message: a spoiler, hidden until its reader asks for it."""

from collections.abc import Iterable, Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

MAX_SPOILERS = 100
"""In one message; the text of further ones is shown."""
MARK = "||"
OPENING = (
    '<span class="spoiler" role="button" tabindex="0" aria-expanded="false"'
    ' aria-label="Spoiler"><span>'
)
CLOSING = "</span></span>"


def add_spoilers(parser: MarkdownIt) -> None:
    """Before addresses become links, which would include the closing bars."""
    parser.core.ruler.before("linkify", "spoilers", _mark_spoilers)


def _mark_spoilers(state: StateCore) -> None:
    left = MAX_SPOILERS
    for block in state.tokens:
        if block.type == "inline" and MARK in block.content and block.children:
            state.env["deadline"].check()
            parts = list(_split(block.children))
            pairs = _pairs(parts)[:left]
            left -= len(pairs)
            for start, end in pairs:
                parts[start] = html_token(OPENING, parts[start].level)
                parts[end] = html_token(CLOSING, parts[end].level)
            block.children = parts


def _split(tokens: Iterable[Token]) -> Iterator[Token]:
    """The same tokens, each mark of a text a token of its own."""
    for token in tokens:
        if token.type != "text" or MARK not in token.content:
            yield token
            continue
        pieces = token.content.split(MARK)
        for index, piece in enumerate(pieces):
            if index:
                yield Token("text", "", 0, content=MARK, level=token.level)
            if piece:
                yield Token("text", "", 0, content=piece, level=token.level)


def _pairs(parts: list[Token]) -> list[tuple[int, int]]:
    """Where spoilers begin and end: both marks in one element, with text right inside of them."""
    pairs: list[tuple[int, int]] = []
    opened: dict[int, int] = {}
    for index, part in enumerate(parts):
        if part.nesting == -1:
            opened = {level: start for level, start in opened.items() if level <= part.level}
        if part.content != MARK or part.type != "text":
            continue
        start = opened.get(part.level)
        if start is not None and index > start + 1 and not _ends_with_space(parts[index - 1]):
            while pairs and pairs[-1][0] > start:
                pairs.pop()  # a spoiler inside of this one
            pairs.append((opened.pop(part.level), index))
        elif index + 1 < len(parts) and not _begins_with_space(parts[index + 1]):
            opened[part.level] = index
    return pairs


def _ends_with_space(part: Token) -> bool:
    return part.content[-1:].isspace() or part.type in ("softbreak", "hardbreak")


def _begins_with_space(part: Token) -> bool:
    return part.content[:1].isspace() or part.type in ("softbreak", "hardbreak")


def html_token(content: str, level: int) -> Token:
    """Our own HTML among the tokens of a text."""
    # An html_inline token is written as it is; html=False only keeps the parser from making them.
    return Token("html_inline", "", 0, content=content, level=level)
