"""Applies the limits that an administrator has chosen, in this process."""

from collections.abc import Mapping
from typing import Any

from messages_service.attachments.context import Files
from messages_service.limits import Limits
from messages_service.settings import MessagesSettings
from servicekit.place_limits import bounds_of, limits_within


class ChosenLimits:
    """The limits of uploads and writes, changed with each `place.changed` of the feed."""

    def __init__(self, settings: MessagesSettings, limits: Limits, files: Files) -> None:
        self._bounds = bounds_of(settings)
        self._limits, self._files = limits, files

    def place_changed(self, place: Mapping[str, Any]) -> None:
        self.apply(place.get("limits", {}))

    def apply(self, chosen: Mapping[str, int]) -> None:
        values = limits_within(self._bounds, chosen)
        self._limits.content = values["content"]
        self._limits.messages.set_amount(values["messages"])
        self._limits.new_conversations.set_amount(values["new_conversations"])
        self._limits.new_members.set_amount(values["new_members"])
        self._files.max_bytes = values["upload_bytes"]
        self._files.quota_bytes = values["stored_bytes"]
