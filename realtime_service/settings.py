"""Every setting of realtime_service, typed, with default and meaning."""

from typing import Literal

from pydantic import Field

from servicekit.rates import RatePerTenSeconds
from servicekit.settings import Settings


class RealtimeSettings(Settings):
    """Settings of realtime_service."""

    async_driver: Literal["eventlet", "gevent"] = Field(
        "eventlet", description="The green threads that serve sockets."
    )
    max_sockets_per_user: int = Field(
        50, ge=1, description="Sockets that one person may have open on a process."
    )
    max_send_queue_bytes: int = Field(
        1_000_000,
        ge=1000,
        description="Bytes queued for a slow reader; beyond that the socket is closed.",
    )
    max_frame_bytes: int = Field(
        65_536, ge=1024, description="Largest packet accepted from a client."
    )
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
        15, gt=0, description="Connections that have not signed in by then are closed."
    )
    ping_interval: float = Field(15, gt=0, description="Seconds between heartbeats.")
    ping_timeout: float = Field(10, gt=0, description="Seconds that a heartbeat may go unanswered.")
    canary_seconds: float = Field(
        2, ge=0, description="Seconds between checks of the Redis subscription; 0 turns them off."
    )
    rate_messages: RatePerTenSeconds = Field(
        "60 per 10 second",
        description="Messages that a person may send over sockets: per 10 s, or like `100/minute`.",
    )
    presence_room_limit: int = Field(
        200,
        ge=0,
        description="Conversations with more local sockets than this get no presence.",
    )
