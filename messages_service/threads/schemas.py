"""Request bodies and queries of threads."""

from pydantic import Field, RootModel

from messages_service.schemas import Seq
from messages_service.threads.shapes import FollowedThread
from servicekit.web.paging import PageQuery
from servicekit.web.schemas import Body


class ThreadReadMarker(Body):
    seq: Seq


class ThreadListQuery(PageQuery):
    unread: bool | None = Field(
        None, description="Only threads with unread replies, or only those without."
    )


class ThreadList(RootModel[list[FollowedThread]]):
    """Latest reply first."""
