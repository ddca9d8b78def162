"""Prometheus metrics, served at `/metrics`."""

from prometheus_client import Counter, Gauge

SOCKETS = Gauge("parley_realtime_sockets", "Sockets signed in")
ROOMS = Gauge("parley_realtime_rooms", "Topics with a local socket")
TASKS = Gauge("parley_realtime_tasks", "Background tasks that run, each in a green thread")
_EVENTS = Counter("parley_realtime_events_total", "Events fanned out", ["kind"])
FANNED_OUT, NOTICES = _EVENTS.labels("event"), _EVENTS.labels("notice")
DELIVERIES = Counter(
    "parley_realtime_deliveries_total", "Events times the sockets that they went to"
)
SLOW_READERS = Counter(
    "parley_realtime_slow_readers_total", "Sockets closed because they read too slowly"
)
DEAD_PEERS = Counter(
    "parley_realtime_dead_peers_total", "Sockets closed because they answered no heartbeat"
)
UNSIGNED = Counter(
    "parley_realtime_unsigned_total", "Connections closed because nobody signed in in time"
)
REFUSED = Counter("parley_realtime_refused_total", "Sign-ins refused", ["code"])
BAD_PACKETS = Counter("parley_realtime_bad_packets_total", "Invalid packets from clients")
FLOODS = Counter(
    "parley_realtime_floods_total", "Connections closed because they sent too much in a second"
)
POISON = Counter("parley_realtime_poison_total", "Invalid messages from Redis", ["topic"])
REDIS_LOSSES = Counter(
    "parley_realtime_redis_losses_total", "Times the Redis subscription was lost", ["cause"]
)
RESYNCS = Counter(
    "parley_realtime_resyncs_total", "Times that resync was sent to sockets", ["reason"]
)
REVOKED = Counter("parley_realtime_revoked_total", "Sockets closed because their session ended")
TEXTS = Counter("parley_realtime_texts_total", "Messages sent over sockets", ["outcome"])
