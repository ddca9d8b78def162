"""The peer: python-socketio as it comes on eventlet or gevent, with a Redis listener that emits
to the room.

    python -m benchmarks.peers.plain_socketio PORT REDIS_URL eventlet|gevent
"""

import sys

DRIVER = sys.argv[3]
if DRIVER == "gevent":
    from gevent import monkey

    monkey.patch_all()
else:
    import eventlet

    eventlet.monkey_patch()

import json  # noqa: E402

import redis  # noqa: E402
import socketio  # noqa: E402

server = socketio.Server(async_mode=DRIVER, cors_allowed_origins="*")


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


def serve(port: int) -> None:
    application = socketio.WSGIApp(server)
    if DRIVER == "gevent":
        from gevent.pywsgi import WSGIServer

        WSGIServer(("127.0.0.1", port), application, log=None, backlog=4096).serve_forever()
    else:
        from eventlet import wsgi

        listener = eventlet.listen(("127.0.0.1", port), backlog=4096)
        wsgi.server(listener, application, log_output=False, max_size=20000)


if __name__ == "__main__":
    server.start_background_task(listen, sys.argv[2])
    serve(int(sys.argv[1]))
