"""The choices of the person who types `make run`, checked before anything starts."""

import errno
import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self, get_args

Mode = Literal["run", "demo", "tutorial"]
PORTS_NEEDED = 5


class CannotStart(Exception):
    """A reason not to start, in one line that says what to change."""


@dataclass(frozen=True)
class Config:
    """One local installation; the five ports follow each other from `port` on."""

    mode: Mode
    host: str
    port: int
    data_dir: Path
    redis_url: str | None = None

    @classmethod
    def from_environment(cls, mode: str, environ: Mapping[str, str]) -> Self:
        if mode not in get_args(Mode):
            raise CannotStart(f"{mode} is none of {', '.join(get_args(Mode))}")
        if environ.get("DATABASE_URL"):
            raise CannotStart(
                "DATABASE_URL is one database, and each data service has its own:"
                " set USERS_DATABASE_URL and MESSAGES_DATABASE_URL instead"
            )
        # The tutorial counts people from 1, so it never shares data with `make run`.
        default_dir = "var/tutorial" if mode == "tutorial" else "var"
        config = cls(
            mode=mode,  # type: ignore[arg-type]
            host=environ.get("HOST") or "127.0.0.1",
            port=_read_port(environ.get("PORT") or "5001"),
            data_dir=Path(environ.get("DATA_DIR") or default_dir).resolve(),
            redis_url=environ.get("REDIS_URL") or None,
        )
        config._check_host()
        return config

    @property
    def users_port(self) -> int:
        return self.port + 1

    @property
    def messages_port(self) -> int:
        return self.port + 2

    @property
    def realtime_port(self) -> int:
        return self.port + 3

    @property
    def redis_port(self) -> int:
        return self.port + 4

    @property
    def browser_host(self) -> str:
        """The host that a browser on this machine can use, also when the bind is a wildcard."""
        if self.host in ("0.0.0.0", "::", "localhost"):
            return "127.0.0.1"
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def public_url(self) -> str:
        return f"http://{self.browser_host}:{self.port}"

    def check_ports(self) -> None:
        """Raises CannotStart when one of the ports is taken."""
        binds = {self.port: self.host, self.realtime_port: self.host}
        for port in range(self.port, self.port + PORTS_NEEDED):
            if port == self.redis_port and self.redis_url:
                continue
            _check_port(binds.get(port, "127.0.0.1"), port)

    def _check_host(self) -> None:
        try:
            address = (
                socket.gethostbyname(self.host)
                if self.host.isascii() and ":" not in self.host
                else self.host
            )
            is_loopback = ipaddress.ip_address(address).is_loopback
        except (OSError, ValueError):
            raise CannotStart(f"HOST={self.host} is no address of this machine") from None
        if self.mode == "tutorial" and not is_loopback:
            raise CannotStart(
                "the tutorial lets anybody write as anybody, so it runs on 127.0.0.1 only,"
                f" not on HOST={self.host}"
            )


def _read_port(text: str) -> int:
    highest = 65536 - PORTS_NEEDED
    if not text.isdecimal() or not 1 <= int(text) <= highest:
        raise CannotStart(f"PORT={text} must be a number from 1 to {highest}")
    return int(text)


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise CannotStart(
                f"port {port} is reserved for root; choose others with PORT="
            ) from None
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise CannotStart(f"HOST={host} is no address of this machine") from None
            raise CannotStart(f"port {port} is in use; choose others with PORT=") from None
