"""The parts of a search that the index is asked for."""

from messages_service.search.sample import Part, Sample

ENTRIES = [(f"the house {number}", "abc" if number % 2 else "xyz") for number in range(100)]


def rarest(*parts: Part) -> list[Part]:
    return Sample(ENTRIES, 100).rarest(parts)


def test_rare_parts_come_first_and_frequent_ones_are_not_asked_for() -> None:
    the, seven, term = Part(text="the"), Part(text="e 7"), Part(terms=("abc",))
    assert rarest(the, seven) == [seven]
    assert rarest(the, term) == [term]
    assert rarest(the) == [the]


def test_parts_that_spare_entries_are_asked_for_together() -> None:
    six, odd = Part(text="6"), Part(terms=("abc", "abd"))
    assert rarest(odd, six) == [six, odd]


def test_a_part_that_always_comes_with_another_is_not_asked_for() -> None:
    assert len(rarest(Part(text="hou"), Part(text="ous"), Part(text="use"))) == 1


def test_parts_of_no_known_entry_are_asked_for_in_pairs() -> None:
    unknown = [Part(text=three) for three in ("qqa", "qqb", "qqc", "qqd")]
    assert rarest(Part(text="the"), *unknown) == unknown[:2]
    assert Sample([], 0).rarest(unknown) == unknown
