"""Every setting of realtime_service, typed, with default and meaning."""

from typing import Literal

from pydantic import Field

from servicekit.rates import RatePerTenSeconds
from servicekit.settings import Settings


class RealtimeSettings(Settings):
    """What realtime_service can be told."""

    async_driver: Literal["eventlet", "gevent"] = Field(
        "eventlet", description="The green threads that serve sockets."
    )
    max_sockets_per_user: int = Field(
        50, ge=1, description="Sockets that one person may have open on a process."
    )
    max_send_queue_bytes: int = Field(
        1_000_000,
        ge=1000,
        description="What waits for a slow reader at most; beyond it the socket is closed.",
    )
    max_frame_bytes: int = Field(65_536, ge=1024, description="Largest packet taken from a client.")
    max_frames_per_second: int = Field(
        200,
        ge=10,
        description="Frames of all kinds that one connection may send in a second after sign-in; "
        "above it the connection is closed.",
    )
    max_bytes_per_second: int = Field(
        1_000_000, ge=65_536, description="Bytes that one connection may send in a second."
    )
    connect_seconds: float = Field(
        15, gt=0, description="A connection that has not signed in by then is cut."
    )
    ping_interval: float = Field(15, gt=0, description="Seconds between heartbeats.")
    ping_timeout: float = Field(10, gt=0, description="Seconds that a heartbeat may go unanswered.")
    canary_seconds: float = Field(
        2, ge=0, description="How often the Redis subscription is proved to be alive; 0 never."
    )
    rate_messages: RatePerTenSeconds = Field(
        "60 per 10 second",
        description="Messages that a person may send over sockets: per 10 s, or like `100/minute`.",
    )
    presence_room_limit: int = Field(
        200,
        ge=0,
        description="Beyond so many local sockets a conversation is not told who is online.",
    )
