"""docker-compose.yml as it stands, under a project name and a port of the tests' own."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from deploy.local.programs import ROOT
from tests.cluster.engine import Engine
from tests.support.ports import free_port
from tests.support.waiting import wait_until

UP_TIMEOUT = 600


class Cluster:
    """The running containers, by service name."""

    def __init__(
        self, engine: Engine, project: str, secrets: Path, images: Mapping[str, str]
    ) -> None:
        """`images` are settings that name base images (`NGINX_IMAGE`, …)."""
        self._engine, self.project, self.images = engine, project, images
        address = f"127.0.0.1:{free_port()}"
        self.url = f"http://{address}"
        self._environ = {
            **os.environ,
            **images,
            "COMPOSE_PROJECT_NAME": project,
            "PARLEY_BIND": address,
            "PUBLIC_URL": self.url,
            "SECRETS_DIR": str(secrets),
            "RATE_SIGNUPS": "100000",
            "DOCKER_BUILDKIT": "0",
        }

    def compose(
        self, *args: str, check: bool = True, environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            (*self._engine.compose, *args),
            cwd=ROOT,
            env={**self._environ, **(environ or {})},
            capture_output=True,
            text=True,
            timeout=UP_TIMEOUT,
        )
        assert done.returncode == 0 or not check, done.stdout[-3000:] + done.stderr[-3000:]
        return done

    def back_up(self, *arguments: str) -> None:
        """As `make cluster-backup` and `make cluster-restore` do it."""
        done = subprocess.run(
            (sys.executable, "-m", "deploy.backup", *arguments, "--cluster"),
            cwd=ROOT,
            env={**self._environ, "COMPOSE": shlex.join(self._engine.compose)},
            capture_output=True,
            text=True,
            timeout=UP_TIMEOUT,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]

    def up(self) -> None:
        self.compose("up", "--detach", "--build")
        self.wait_until_open()

    def down(self) -> None:
        self.compose("down", "--volumes", "--timeout", "0", check=False)

    def wait_until_open(self, timeout: float = 60) -> None:
        wait_until(
            lambda: requests.get(f"{self.url}/healthz", timeout=5).ok, timeout, 0.3, "the edge"
        )

    def containers(self, service: str) -> list[str]:
        """Ids, also of those that have ended. The engine answers sooner than Compose."""
        labels = {"project": self.project, "service": service, "oneoff": "False"}
        filters = [f"--filter=label=com.docker.compose.{key}={labels[key]}" for key in labels]
        return docker("ps", "--quiet", "--all", *filters).split()

    def scale(self, service: str, count: int) -> None:
        options = ("--detach", "--no-deps", "--no-recreate", "--scale", f"{service}={count}")
        self.compose("up", *options, service)

    def logs(self, service: str) -> str:
        return "".join(
            docker("logs", container, both=True) for container in self.containers(service)
        )


def docker(*args: str, both: bool = False) -> str:
    done = subprocess.run(("docker", *args), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr if both else done.stdout.strip()


def inspect(container: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = json.loads(docker("inspect", container))
    return found[0]


def is_healthy(container: str) -> bool:
    """As the engine saw it last."""
    state = inspect(container)["State"]
    return bool(state["Running"]) and state.get("Health", {}).get("Status", "healthy") == "healthy"


def passes_its_check(container: str) -> bool:
    """Run the container's own health check now; the engine does so every few seconds."""
    kind, *check = inspect(container)["Config"]["Healthcheck"]["Test"]
    command = ("sh", "-c", *check) if kind == "CMD-SHELL" else check
    return (
        subprocess.run(("docker", "exec", container, *command), capture_output=True).returncode == 0
    )
