"""The real four services and Redis on free ports, planned by the same code as `make run`."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Self

import requests

from deploy.local.config import Config, Mode
from deploy.local.programs import ROOT, Program, plan_services
from tests.support.cast import Person, sign_up
from tests.support.migrated import migrate_programs
from tests.support.ports import free_ports
from tests.support.process import Process
from tests.support.redis_server import RedisServer
from tests.support.waiting import wait_until

START_TIMEOUT = 90
PATHS = {"users_service": "/api/users/me", "messages_service": "/api/conversations"}
"""A path of each service that the gateway passes on, and that asks for a token."""
RATES = (
    "RATE_SIGNUPS",
    "RATE_TAKEN_EMAILS",
    "RATE_LOGINS",
    "RATE_CHANGES",
    "RATE_ADDRESS_CHANGES",
    "RATE_PASSWORD_RESETS",
    "RATE_ADDRESS_PASSWORD_RESETS",
    "RATE_TOKENS",
    "RATE_ADDRESS_TOKENS",
    "RATE_WRITES",
    "RATE_NEW_CONVERSATIONS",
    "RATE_NEW_MEMBERS",
)

ON_THIS_MACHINE = {"WEBHOOK_PRIVATE_NETWORKS": "true"}
"""Programs that webhooks and commands call are the tests' own."""


class Stack:
    """One Parley; its parts can be killed, stopped and started again one by one, by name."""

    def __init__(
        self,
        directory: Path,
        mode: Mode = "run",
        *,
        environ: Mapping[str, str] | None = None,
        database_urls: Mapping[str, str] | None = None,
    ) -> None:
        """`environ` is added for every service; `database_urls` is by service name."""
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self.config = Config(mode=mode, host="127.0.0.1", port=free_ports(5), data_dir=directory)
        self.redis = RedisServer(directory, self.config.redis_port)
        # Tests do in seconds what people do in days, from one address.
        settings = dict.fromkeys(RATES, "1000000") | ON_THIS_MACHINE | dict(environ or {})
        self.programs = {
            program.name: _with_environment(program, settings, database_urls or {})
            for program in plan_services(self.config, self.redis.url)
        }
        self.processes = {name: self._process(program) for name, program in self.programs.items()}

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def url(self) -> str:
        """The gateway's."""
        return self.config.public_url

    @property
    def users_url(self) -> str:
        return f"http://127.0.0.1:{self.config.users_port}"

    @property
    def messages_url(self) -> str:
        return f"http://127.0.0.1:{self.config.messages_port}"

    @property
    def realtime_url(self) -> str:
        return f"http://127.0.0.1:{self.config.realtime_port}"

    @property
    def service_secret(self) -> str:
        return (self.directory / "secrets" / "service_secret").read_text()

    def start(self) -> None:
        migrate_programs(self.programs.values())
        for process in self.processes.values():
            process.start()
        for name in self.programs:
            self.wait_ready(name)

    def stop(self) -> None:
        for process in self.processes.values():
            process.stop()
        self.redis.stop()

    def kill(self) -> None:
        """The same at once, for the end of the tests."""
        for process in self.processes.values():
            process.kill()
        self.redis.stop()

    def start_service(self, name: str) -> None:
        self.processes[name].start()
        self.wait_ready(name)
        self._wait_until_called(name)

    def restart_service(self, name: str) -> None:
        """As an administrator would: asked to end, then started."""
        self.processes[name].stop()
        self.start_service(name)

    def kill_service(self, name: str) -> None:
        """kill -9; it stays away until `start_service`."""
        self.processes[name].kill()

    def wait_ready(self, name: str) -> None:
        process, url = self.processes[name], self.programs[name].ready_url
        assert url is not None

        def has_settled() -> bool:
            return not process.is_running or requests.get(url, timeout=5).status_code == 200

        try:
            wait_until(has_settled, START_TIMEOUT, 0.05, f"{name} is ready")
        except TimeoutError as error:
            raise TimeoutError(f"{error}\n{process.logs[-4000:]}") from error
        assert process.is_running, f"{name} ended:\n{process.logs[-4000:]}"

    def _wait_until_called(self, name: str) -> None:
        """The gateway asks a service that was away only now and then whether it is back."""
        if name not in PATHS or not self.processes["gateway_frontend"].is_running:
            return
        url = self.url + PATHS[name]
        wait_until(
            lambda: requests.get(url, timeout=5).status_code == 401,
            START_TIMEOUT,
            what=f"the gateway calls {name}",
        )

    def sign_up(self, first_name: str = "alice") -> Person:
        """A new person of that name, with an API session at the gateway."""
        return sign_up(self.url, first_name)

    def logs(self, name: str) -> str:
        return self.processes[name].logs

    def _process(self, program: Program) -> Process:
        log = self.directory / f"{program.name}.log"
        return Process(program.argv, log=log, env=program.environ, cwd=ROOT)


def _with_environment(
    program: Program, settings: Mapping[str, str], database_urls: Mapping[str, str]
) -> Program:
    environ = {**program.environ, **settings}
    if program.name in database_urls:
        environ["DATABASE_URL"] = database_urls[program.name]
    return replace(program, environ=environ)
