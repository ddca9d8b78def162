"""Collect the texts of the code and bring the catalogs in `servicekit/translations/` up to date.

python -m deploy.translations           writes messages.pot and every *.po
python -m deploy.translations --check   only says what is missing
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "servicekit" / "translations"
TEMPLATE = FOLDER / "messages.pot"
PACKAGES = (
    "gateway_frontend",
    "messages_service",
    "realtime_service",
    "servicekit",
    "users_service",
)
METHODS = [
    ("**/vendor/**", "ignore"),
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/static/js/**.js", "javascript"),
]
OPTIONS = {
    "**/templates/**.html": {"trimmed": "true", "newstyle_gettext": "true"},
    "**/static/js/**.js": {"parse_template_string": "true"},
}
KEYWORDS = {name: DEFAULT_KEYWORDS[name] for name in ("_", "N_", "gettext", "ngettext", "pgettext")}
# A date would change with every run.
CREATED = datetime(2026, 11, 22, tzinfo=UTC)
HEADER = "# Texts of Parley; see Languages in CONTRIBUTING.md."


def extract() -> Catalog:
    """Every text of the code, with the files that it is in."""
    template = Catalog(project="Parley", creation_date=CREATED, header_comment=HEADER)
    template.fuzzy = False
    for package in PACKAGES:
        found = extract_from_dir(
            ROOT / package,
            METHODS,
            OPTIONS,
            KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        )
        for name, _line, text, comments, context in sorted(found, key=_place):
            path = f"{package}/{Path(name).as_posix()}"
            template.add(text, locations=[(path, 0)], auto_comments=comments, context=context)
    return template


def catalog_paths() -> list[Path]:
    return sorted(FOLDER.glob("*.po"))


def read(path: Path) -> Catalog:
    """The catalog of a file, `de.po` say."""
    with path.open("rb") as file:
        return read_po(file, locale=None if path == TEMPLATE else path.stem.replace("-", "_"))


def text_of(catalog: Catalog) -> bytes:
    """The catalog as it is written to its file."""
    written = BytesIO()
    write_po(
        written, catalog, width=100, sort_by_file=True, ignore_obsolete=True, include_lineno=False
    )
    return written.getvalue()


def faults(catalog: Catalog) -> Iterator[str]:
    """Each text of a catalog that is not translated, or wrongly."""
    for message in catalog:
        if not message.id:
            continue
        forms = message.string if isinstance(message.string, (list, tuple)) else [message.string]
        if message.fuzzy:
            yield f"fuzzy: {message.id!r}"
        elif not all(forms):
            yield f"not translated: {message.id!r}"
        else:
            yield from (f"{error}: {message.id!r}" for error in message.check(catalog))


def main(arguments: list[str]) -> int:
    template = extract()
    found = list(_outdated(template)) if "--check" in arguments else []
    if "--check" not in arguments:
        _write(template)
    for path in catalog_paths():
        found += [f"{path.name}: {fault}" for fault in faults(read(path))]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found and "--check" in arguments else 0


def _outdated(template: Catalog) -> Iterator[str]:
    if text_of(template) != TEMPLATE.read_bytes():
        yield "The texts of the code have changed: make translations"
    known = {_key(message) for message in template if message.id}
    for path in catalog_paths():
        if known != {_key(message) for message in read(path) if message.id}:
            yield f"{path.name} has not the texts of the code: make translations"


def _write(template: Catalog) -> None:
    TEMPLATE.write_bytes(text_of(template))
    for path in catalog_paths():
        catalog = read(path)
        catalog.update(template, no_fuzzy_matching=True, update_header_comment=True)
        path.write_bytes(text_of(catalog))


def _key(message: Message) -> tuple[str | None, Any]:
    return message.context, message.id


def _place(found: tuple[Any, ...]) -> tuple[str, int]:
    return found[0], found[1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
