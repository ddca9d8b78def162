"""A real Redis of the tests' own: private port, password, nothing on disk."""

from pathlib import Path

import redis

from deploy.local.redis_server import prepare_redis
from tests.support.ports import free_port
from tests.support.process import Process
from tests.support.waiting import wait_until


class RedisServer:
    """Started at once; `restart()` loses everything in it, as Redis may."""

    def __init__(self, directory: Path, port: int | None = None) -> None:
        self.port = port or free_port()
        prepared = prepare_redis(self.port, directory)
        self.url = prepared.url
        self.process = Process(prepared.argv, log=directory / "redis.log")
        self.client = redis.Redis.from_url(self.url)
        self.start()

    def start(self) -> None:
        self.process.start()
        wait_until(self.client.ping, what="Redis answers")

    def kill(self) -> None:
        self.process.kill()

    def restart(self) -> None:
        self.kill()
        self.start()

    def stop(self) -> None:
        self.client.close()
        self.process.kill()
