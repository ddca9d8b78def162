"""The peer: python-socketio as it comes on eventlet, with a Redis listener that emits to
the room.
"""

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import sys  # noqa: E402

import redis  # noqa: E402
import socketio  # noqa: E402
from eventlet import wsgi  # noqa: E402

server = socketio.Server(async_mode="eventlet", cors_allowed_origins="*")


def connect(sid: str, environ: object, auth: object = None) -> None:
    server.enter_room(sid, "1")
    server.start_background_task(server.emit, "notice", {"type": "ready"}, to=sid)


server.on("connect", connect)


def listen(redis_url: str) -> None:
    pubsub = redis.Redis.from_url(redis_url).pubsub()
    pubsub.subscribe("parley:conversation:1")
    for message in pubsub.listen():
        if message["type"] == "message":
            server.emit("event", json.loads(message["data"]), room="1")


if __name__ == "__main__":
    port, redis_url = int(sys.argv[1]), sys.argv[2]
    server.start_background_task(listen, redis_url)
    sock = eventlet.listen(("127.0.0.1", port), backlog=4096)
    wsgi.server(sock, socketio.WSGIApp(server), log_output=False, max_size=20000)
