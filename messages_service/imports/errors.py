"""Reasons to refuse an import, each with the file, and the line if there is one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from pydantic import ValidationError

from servicekit.language import _
from servicekit.web.errors import Invalid, Problem

MOST_SHOWN: Final = 10


class Place:
    """A place in the archive: a file, and a line."""

    def __init__(self, entry: str, line: int | None = None) -> None:
        self.entry, self.line = entry, line

    def __str__(self) -> str:
        return self.entry if self.line is None else f"{self.entry}:{self.line}"


def refused(place: Place | str, message: str) -> Problem:
    """Nothing was imported."""
    detail = _("Nothing was imported. %(place)s: %(message)s.", place=place, message=message)
    return Problem(
        422, "import-refused", detail, errors=[{"field": str(place), "message": message}]
    )


def invalid_line(place: Place, error: ValidationError) -> Problem:
    shown = Invalid.from_pydantic(error).errors or []
    words = "; ".join(f"{each['field']}: {each['message']}" for each in shown[:MOST_SHOWN])
    return refused(place, words or _("it is not as the format wants it"))


@contextmanager
def checked(place: Place) -> Iterator[None]:
    """Raises Problem, with the place, for an entry that is not in its format."""
    try:
        yield
    except ValidationError as error:
        raise invalid_line(place, error) from error
    except KeyError as error:
        raise refused(place, _("%(field)s is missing", field=error.args[0])) from error
    except ValueError as error:
        raise refused(place, str(error)) from error
    except (TypeError, AttributeError) as error:
        raise refused(place, _("it is not as the format wants it")) from error
