"""nginx with the cluster's own configuration, in front of servers on local ports."""

import os
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path

from deploy.local.programs import ROOT
from tests.support.ports import free_port
from tests.support.process import Process
from tests.support.waiting import wait_until

SERVICES = ("gateway_frontend", "users_service", "messages_service", "realtime_service")


class Edge:
    """One nginx; `ports` are those of the services by name."""

    def __init__(
        self, directory: Path, ports: Mapping[str, int], tls: tuple[Path, Path] | None = None
    ) -> None:
        """`tls` are a certificate and its key."""
        self.port = free_port()
        self.certificate = str(tls[0]) if tls else None
        directory.mkdir()
        upstreams = "".join(_upstream(name, ports[name]) for name in SERVICES)
        (directory / "upstreams.conf").write_text(upstreams)
        (directory / "listen.conf").write_text(_listen(self.port, tls))
        config = (ROOT / "deploy" / "edge" / "nginx.conf").read_text()
        config = config.replace("/tmp/edge", str(directory))
        config = config.replace("/dev/stdout", str(directory / "access.log"))
        config = config.replace("error_log stderr", f"error_log {directory / 'error.log'}")
        (directory / "nginx.conf").write_text(config)
        user = "user root; " if os.geteuid() == 0 else ""
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        argv = (program, "-c", str(directory / "nginx.conf"), "-g", f"{user}daemon off;")
        self._process = Process(argv, log=directory / "nginx.log")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._process.start()
        wait_until(self._is_listening, what="nginx listens")

    def stop(self) -> None:
        self._process.kill()

    def _is_listening(self) -> bool:
        with socket.create_connection(("127.0.0.1", self.port)):
            return True


def _listen(port: int, tls: tuple[Path, Path] | None) -> str:
    if tls is None:
        return f"listen 127.0.0.1:{port};\n"
    certificate, key = tls
    return (
        f"listen 127.0.0.1:{port} ssl;\n"
        f"ssl_certificate {certificate};\nssl_certificate_key {key};\n"
    )


def _upstream(name: str, port: int) -> str:
    choice = "hash $node consistent; " if name == "realtime_service" else ""
    return f"upstream {name} {{ {choice}server 127.0.0.1:{port}; keepalive 32; }}\n"
