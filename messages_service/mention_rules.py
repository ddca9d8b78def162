"""Mentions in Markdown: `@nickname`, `@room`, `@here` and `#room`, outside of code and links."""

import html
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import regex
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from messages_service.shapes.messages import Mentions
from messages_service.shapes.values import Everyone

MAX_PEOPLE: Final = 50
"""People whom one message mentions; further names stay text."""
MAX_MARKED: Final = 200
"""Mentions that one message shows as such; further ones stay text."""
MAX_NAMES: Final = 200
"""Names that are looked up for one message."""
MAX_ROOM_NAME: Final = 80
MAX_ROOM_ENDS: Final = 10
"""Names of rooms that are tried after one #."""
EVERYONE: Final[Mapping[str, Everyone]] = {
    "room": "room",
    "all": "room",
    "channel": "room",
    "everyone": "room",
    "here": "here",
}
"""Words after an @ that mean all members; nobody can have one of them as a nickname."""

FindPeople = Callable[[Iterable[str]], Mapping[str, int]]
FindRooms = Callable[[Iterable[str]], Mapping[str, int]]

_SIGN = regex.compile(r"(?<![\p{L}\p{M}\p{N}_.@#/&-])[@#](?=[^\s@#])")
_SIGN_IN_MARKDOWN = regex.compile(r"(?<![\p{L}\p{M}\p{N}.@#/&-])[@#](?=[^\s@#])")
"""The same, also after an underscore, which may be the mark of emphasis."""
_NICKNAME = regex.compile(r"[\p{L}\p{M}\p{Nd}._-]{1,32}")
_ROOM_END = regex.compile(
    r"(?<=[\p{L}\p{M}\p{N}])(?![\p{L}\p{M}\p{N}])"
    r"|(?<=\S)(?=[.,:;!?)\]}\"'”’»…]{0,3}(?!\S))"
)
"""After a word, or after other signs that no punctuation or only punctuation follows."""


@dataclass(slots=True)
class Targets:
    """The meanings of names in a text, and the names that its mentions have used."""

    people: Mapping[str, int]
    rooms: Mapping[str, int]
    user_ids: set[int] = field(default_factory=set)
    everyone: Everyone | None = None
    marked: int = 0

    @property
    def mentions(self) -> Mentions:
        return {"user_ids": sorted(self.user_ids), "everyone": self.everyone}


def install_mentions(parser: MarkdownIt) -> None:
    """Mark what `env["targets"]` knows.

    Before `text_join`, while an escaped sign still is a token of its own; after bare addresses
    have become links.
    """
    parser.core.ruler.before("text_join", "mentions", _mark_mentions)


def find_targets(text: str, find_people: FindPeople, find_rooms: FindRooms) -> Targets:
    """One query for people and one for rooms, each only if the text may name one."""
    people, rooms = _names_in(text) if "@" in text or "#" in text else ([], [])
    return Targets(find_people(people) if people else {}, find_rooms(rooms) if rooms else {})


def _names_in(text: str) -> tuple[list[str], list[str]]:
    """Possible nicknames and possible names of rooms."""
    people: dict[str, None] = {}
    rooms: dict[str, None] = {}
    for match in _SIGN_IN_MARKDOWN.finditer(text):
        names = people if match[0] == "@" else rooms
        if len(names) < MAX_NAMES:
            names.update(dict.fromkeys(_names_at(text, match.start())))
    return list(people)[:MAX_NAMES], list(rooms)[:MAX_NAMES]


def _names_at(text: str, sign: int) -> Iterable[str]:
    if text[sign] == "#":
        return (text[sign + 1 : end] for end in _room_ends(text, sign + 1))
    found = _NICKNAME.match(text, sign + 1)
    return possible_names(found[0]) if found else ()


def possible_names(found: str) -> Iterator[str]:
    """`bob.` at the end of a sentence may mean `bob.` or `bob`."""
    name = found.casefold()
    if len(name) != len(found):
        name = found.lower()
    yield name
    while name and name[-1] in "._-":
        name = name[:-1]
        yield name


def _room_ends(text: str, start: int) -> list[int]:
    """Where the name of a room may end, which may have several words: the longest name first."""
    line = text[start : start + MAX_ROOM_NAME].partition("\n")[0]
    ends = (start + match.start() for match in _ROOM_END.finditer(line))
    return list(islice(ends, MAX_ROOM_ENDS))[::-1]


def _mark_mentions(state: StateCore) -> None:
    targets: Targets | None = state.env.get("targets")
    if targets is None:
        return
    for block in state.tokens:
        if block.type == "inline" and block.children:
            state.env["deadline"].check()
            block.children = _with_mentions(block.children, targets)


def _with_mentions(tokens: list[Token], targets: Targets) -> list[Token]:
    result: list[Token] = []
    links = 0
    for token in tokens:
        links += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not links and ("@" in token.content or "#" in token.content):
            result.extend(_split(token, targets))
        else:
            result.append(token)
    return result


def _split(token: Token, targets: Targets) -> Iterator[Token]:
    text, start = token.content, 0
    for match in _SIGN.finditer(text):
        sign = match.start()
        if sign < start or targets.marked >= MAX_MARKED:
            continue
        found = (_room_at if match[0] == "#" else _mention_at)(text, sign, targets)
        if found is None:
            continue
        end, marked = found
        targets.marked += 1
        yield Token("text", "", 0, content=text[start:sign], level=token.level)
        # An html_inline token is written as it is; html=False only keeps the parser from making it.
        yield Token("html_inline", "", 0, content=marked, level=token.level)
        start = end
    yield Token("text", "", 0, content=text[start:], level=token.level)


def _mention_at(text: str, sign: int, targets: Targets) -> tuple[int, str] | None:
    """Where the mention ends, and its HTML."""
    for name in _names_at(text, sign):
        end = sign + 1 + len(name)
        label = html.escape(text[sign:end])
        if everyone := EVERYONE.get(name):
            if targets.everyone != "room":
                targets.everyone = everyone
            return end, f'<span class="mention" data-everyone="{everyone}">{label}</span>'
        user_id = targets.people.get(name)
        if user_id is not None and _is_within_limit(user_id, targets):
            targets.user_ids.add(user_id)
            person = f'data-user-id="{user_id}" href="/people/{user_id}"'
            return end, f'<a class="mention" {person}>{label}</a>'
    return None


def _is_within_limit(user_id: int, targets: Targets) -> bool:
    return user_id in targets.user_ids or len(targets.user_ids) < MAX_PEOPLE


def _room_at(text: str, sign: int, targets: Targets) -> tuple[int, str] | None:
    for end in _room_ends(text, sign + 1):
        room_id = targets.rooms.get(text[sign + 1 : end])
        if room_id is not None:
            label = html.escape(text[sign:end])
            return end, f'<a class="room-link" href="/app/c/{room_id}">{label}</a>'
    return None
