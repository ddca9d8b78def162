"""Queries and lists of imports."""

from pydantic import RootModel

from messages_service.imports.records import Format
from messages_service.imports.shapes import Import
from servicekit.web.schemas import Path, Query


class ImportQuery(Query):
    format: Format = "parley"


class ImportPath(Path):
    import_id: int


class ImportList(RootModel[list[Import]]):
    """Newest first."""
