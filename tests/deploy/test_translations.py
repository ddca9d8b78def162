"""The catalogs: of all texts, translated everywhere, with the same values and markup."""

import re
from pathlib import Path

import pytest

from deploy.translations import catalog_paths, faults, main, read

MARKUP = re.compile(r"<[^>]+>")


def forms(string: object) -> list[str]:
    return [str(each) for each in string] if isinstance(string, list | tuple) else [str(string)]


@pytest.mark.slow  # `make lint` does the same
def test_lint_finds_nothing_to_translate() -> None:
    assert main(["--check"]) == 0


def test_there_are_german_spanish_and_french() -> None:
    assert {"de", "es", "fr"} <= {path.stem for path in catalog_paths()}


@pytest.mark.parametrize("path", catalog_paths(), ids=lambda path: path.stem)
def test_a_translation_has_the_markup_of_its_text_and_no_other(path: Path) -> None:
    for message in read(path):
        allowed = sorted(MARKUP.findall(forms(message.id)[0]))
        if not message.id:
            continue
        for form in forms(message.string):
            assert sorted(MARKUP.findall(form)) == allowed, form
            assert "&" not in form, form
            assert '"' not in form or '"' in forms(message.id)[0], form


def test_a_missing_and_a_wrong_translation_are_named(tmp_path: Path) -> None:
    path = tmp_path / "de.po"
    path.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Save"\nmsgstr ""\n\n'
        '#, fuzzy\nmsgid "Edit"\nmsgstr "Bearbeiten"\n\n'
        '#, python-format\nmsgid "Hello, %(name)s"\nmsgstr "Hallo, %(Name)s"\n'
    )
    found = " ".join(faults(read(path)))
    assert "not translated: 'Save'" in found
    assert "fuzzy: 'Edit'" in found
    assert "'Hello, %(name)s'" in found
