"""Headers of answers that have no other value for them."""

from collections.abc import Mapping

from werkzeug.datastructures import Headers


def add_missing(headers: Headers, wanted: Mapping[str, str]) -> None:
    """Add those that are not there; `setdefault` would search all headers for each of them."""
    present = {name.lower() for name, _ in headers}
    for name, value in wanted.items():
        if name.lower() not in present:
            headers.add(name, value)
