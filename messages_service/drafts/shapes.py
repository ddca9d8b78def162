"""A person's drafts."""

from messages_service.shapes.notices import WrittenDraft


class Draft(WrittenDraft):
    id: int
