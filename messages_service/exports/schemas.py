"""Queries of exports."""

from pydantic import Field

from servicekit.web.schemas import Query


class AdminExportQuery(Query):
    private: bool = Field(True, description="Private rooms, groups and direct messages as well.")
