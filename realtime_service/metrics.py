"""What this service counts, for `/metrics`."""

from prometheus_client import Counter, Gauge

SOCKETS = Gauge("parley_realtime_sockets", "Sockets signed in")
ROOMS = Gauge("parley_realtime_rooms", "Topics with a local socket")
EVENTS = Counter("parley_realtime_events_total", "Events fanned out", ["kind"])
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
    "parley_realtime_unsigned_total", "Connections cut because nobody signed in on them"
)
REFUSED = Counter("parley_realtime_refused_total", "Sign-ins refused", ["code"])
BAD_PACKETS = Counter(
    "parley_realtime_bad_packets_total", "Packets of clients that nobody can read"
)
FLOODS = Counter(
    "parley_realtime_floods_total", "Connections cut because they sent too much in a second"
)
POISON = Counter(
    "parley_realtime_poison_total", "Messages from Redis that nobody can read", ["topic"]
)
REDIS_LOSSES = Counter(
    "parley_realtime_redis_losses_total", "Times the Redis subscription was lost", ["cause"]
)
RESYNCS = Counter(
    "parley_realtime_resyncs_total", "Times that sockets were told to ask the log", ["reason"]
)
REVOKED = Counter("parley_realtime_revoked_total", "Sockets cut because their session ended")
TEXTS = Counter("parley_realtime_texts_total", "Messages sent over sockets", ["outcome"])
