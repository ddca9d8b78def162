"""Web Push: the server's key and the subscribed devices."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict


class PushKey(TypedDict):
    key: Annotated[str, Field(description="The public VAPID key, for `PushManager.subscribe`.")]


class PushSubscription(TypedDict):
    """A browser or installed app that gets Web Push; its endpoint and keys stay here."""

    id: int
    device: str
    created_at: str
