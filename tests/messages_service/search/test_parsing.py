"""Parsing of search queries, without a database."""

import contextlib
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages_service.indexing.folding import fold, fold_with_offsets
from messages_service.indexing.joined import joined, separated
from messages_service.indexing.terms import DECADE, MONTH, YEAR, mark, marks_between, short_words
from messages_service.search.parsing import ParsedQuery, QueryError, parse

UNDERSTOOD = {
    "two words": ParsedQuery(terms=["two", "words"]),
    '"Two  Words" more': ParsedQuery(terms=["two words", "more"]),
    'an "open quote': ParsedQuery(terms=["an", "open quote"]),
    "“curly quotes”": ParsedQuery(terms=["curly quotes"]),
    'before"after': ParsedQuery(terms=["before", "after"]),
    "Café ＣＡＦＥ cafe": ParsedQuery(terms=["cafe"]),
    "deploy* C# C++": ParsedQuery(terms=["deploy", "c#", "c++"]),
    "https://example.org/a?b=c a@b.org": ParsedQuery(
        terms=["https://example.org/a?b=c", "a@b.org"]
    ),
    "login:alice std::vector": ParsedQuery(terms=["login:alice", "std::vector"]),
    "北京 🎉": ParsedQuery(terms=["北京", "🎉"]),
    "? ... !!!": ParsedQuery(terms=["...", "!!!"]),
    "- ? ''": ParsedQuery(terms=["-"]),
    "FROM:@alice from:me": ParsedQuery(from_names=["alice", "me"]),
    'in:#general in:"book club" in:@bob': ParsedQuery(in_names=["general", "book club", "@bob"]),
    "before:2026-02-01 after:2026-01-01": ParsedQuery(
        before=[date(2026, 2, 1)], after=[date(2026, 1, 1)]
    ),
    "has:file has:reaction is:pinned": ParsedQuery(has={"file", "reaction"}, is_={"pinned"}),
    'x "from:alice"': ParsedQuery(terms=["x", "from:alice"]),
    "": ParsedQuery(),
    '""  " "': ParsedQuery(),
}
REFUSED = {
    "from:": "needs a value right after 'from:', such as from:alice",
    'in:""': "needs a value right after 'in:', such as in:general",
    "before:soon": "needs a date such as before:2026-01-31 instead of 'soon'",
    "after:2026-02-30": "needs a date such as after:2026-01-31",
    "has:money": "must have has:file, has:link, has:poll or has:reaction",
    "is:": "must have is:pinned, is:saved or is:thread",
    " ".join(map(str, range(21))): "must have at most 20 words and filters",
}


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_a_query_is_read_as_words_phrases_and_filters(text: str) -> None:
    assert parse(text) == UNDERSTOOD[text]


@pytest.mark.parametrize("text", REFUSED)
def test_a_refused_query_says_what_to_change(text: str) -> None:
    with pytest.raises(QueryError) as refusal:
        parse(text)
    assert REFUSED[text] in str(refusal.value)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(QueryError):
        parse(text)


@given(st.text(max_size=50))
def test_folding_again_changes_nothing(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert len(offsets) == len(folded) + 1
    assert offsets == sorted(offsets)
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=50))
def test_words_are_joined_and_separated_without_loss(text: str) -> None:
    assert separated(joined(fold(text))) == fold(text)
    assert not set(joined(fold(text))) & set(" _.-/:@,(#")


def test_short_words_are_whole_words_but_pairs_in_scripts_without_spaces() -> None:
    assert short_words("i like c# (ok).") == {"i", "c", "c#", "ok"}
    assert short_words("東京都") == {"東", "京", "都", "東京", "京都"}
    assert short_words("서울에서 great🎉") == {
        *"서울에서", "서울", "울에", "에서", "🎉", "t🎉",
    }  # fmt: skip


def test_a_range_of_dates_is_covered_by_few_periods() -> None:
    since, until = datetime(2023, 11, 5, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    assert marks_between(since, until, until) == [
        mark(MONTH, 2023 * 12 + 10),
        mark(MONTH, 2023 * 12 + 11),
        mark(YEAR, 2024),
        mark(YEAR, 2025),
        mark(MONTH, 2026 * 12),
    ]
    assert marks_between(since, datetime(2023, 12, 1, tzinfo=UTC), until) == [
        mark(MONTH, 2023 * 12 + 10)
    ]
    decades = [mark(DECADE, decade) for decade in range(197, 202)]
    assert marks_between(None, since, until)[:7] == [*decades, mark(YEAR, 2020), mark(YEAR, 2021)]
