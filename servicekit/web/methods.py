"""The methods of HTTP that change something."""

WRITING_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
