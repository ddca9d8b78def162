"""Request bodies and lists of reports."""

from typing import Annotated

from pydantic import Field, RootModel

from messages_service.reports.models import MAX_REASON
from messages_service.reports.shapes import Report
from servicekit.web.paging import PageQuery
from servicekit.web.schemas import Body, Path, Text


class ReportPath(Path):
    report_id: int


class ReportListQuery(PageQuery):
    closed: bool = Field(False, description="Those that are closed, in place of the open ones.")


class NewReport(Body):
    reason: Annotated[Text, Field(min_length=1, max_length=MAX_REASON)] = Field(
        description="Why an administrator should see the message."
    )


class ReportList(RootModel[list[Report]]):
    """Latest first."""
