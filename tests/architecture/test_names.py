"""Names and docstrings are plain English in the terms of docs/glossary.md."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from deploy.local.programs import ROOT

FOLDERS = (
    "benchmarks",
    "bots",
    "clients",
    "deploy",
    "gateway_frontend",
    "messages_service",
    "realtime_service",
    "servicekit",
    "tests",
    "users_service",
)
REFUSED = {
    "told": "programs send, publish and report",
    "hear|hears|heard|unheard": "clients receive",
    "sing|sings|unsaid": "programs publish",
    "anew": "again; reset; restart",
    "oneself|myself|yourself|ones_own": "own; people, the caller",
    "whoever|whatever|whichever": "the noun",
    "(who|what|whom|whose)_(is|are|was|were|has|had|may|comes|goes|joins|leaves)": "the noun",
    "is_none|are_none|none_is|none_are": "invalid; missing",
    "letters?": "direct message; character",
    "save_for|save_when|save_if": "except",
    "put_back": "restore",
    "neighbours?": "upstream",
    "nobodys|anybodys|everybodys": "whose: another person's, anonymous",
    "brought_in|bring_in": "add a member",
}
"""Words that no name may contain, each with what to write instead."""
ANY_REFUSED = re.compile(rf"(?:^|_)(?:{'|'.join(REFUSED)})(?:_|$)")
HEADLESS = re.compile(r"(?:^|[.:] )(?:What|Who|Whoever|Whatever|Whom) ")
"""The beginning of a sentence without a noun, as in "What the server sends"."""
ALLOWED = {
    "Neighbours": "the programs beside which the benchmark measures Parley",
    "_looks_like_other_letters": "the letters of an alphabet",
    "_plain_letters": "the letters of an alphabet",
}
"""Names that may, each with the reason."""


@cache
def described(path: Path) -> list[tuple[str, str]]:
    """The name, if any, and the docstring of the module and of all that it defines."""
    return [
        (getattr(node, "name", ""), " ".join((ast.get_docstring(node) or "").split()))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]


def named(path: Path) -> Iterator[str]:
    return (name for name, _ in described(path) if name)


def documented(path: Path) -> Iterator[str]:
    return (docstring for _, docstring in described(path))


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@pytest.mark.parametrize("folder", FOLDERS)
def test_names_are_plain_english(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {name}: better: {advice}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name in named(path)
        if ANY_REFUSED.search(snake_case(name)) and name not in ALLOWED
        for words, advice in REFUSED.items()
        if re.search(rf"(^|_)({words})(_|$)", snake_case(name))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("folder", FOLDERS)
def test_sentences_of_docstrings_begin_with_a_noun_or_a_verb(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {docstring}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for docstring in documented(path)
        if HEADLESS.search(docstring)
    ]
    assert not found, "\n".join(found)


def test_every_exception_is_still_needed() -> None:
    names = {
        name for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") for name in named(path)
    }
    assert ALLOWED.keys() <= names
