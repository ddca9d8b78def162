"""A container engine to test in: the one that answers, or one that is installed and started."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from deploy.local.programs import ROOT
from tests.support.process import Process
from tests.support.waiting import wait_until

IMAGES = {
    "PYTHON_IMAGE": "python",
    "REDIS_IMAGE": "redis",
    "NGINX_IMAGE": "nginx",
    "POSTGRES_IMAGE": "postgres",
}
"""The setting that names each base image, and the stand-in for it."""
PULL_TIMEOUT = 300


class Engine:
    """dockerd; it is stopped at the end only if it was started here."""

    def __init__(self, directory: Path) -> None:
        self._daemon: Process | None = None
        if not does_answer():
            _install("docker.io", "docker-compose", "debootstrap", "iptables")
            self._daemon = Process(("dockerd",), log=directory / "dockerd.log")
            self._daemon.start()
            wait_until(lambda: self._has_settled(), 60, 0.3, "the container engine answers")
            assert self._daemon.is_running, self._daemon.logs[-2000:]
        self.compose = _find_compose()

    def provide_images(self) -> dict[str, str]:
        """Pull the base images; returns the settings for stand-ins where that is impossible."""
        missing = {
            setting: f"parley-stand-in/{kind}"
            for setting, kind in IMAGES.items()
            if not _is_there(default_image(setting))
        }
        if missing:
            _install("debootstrap")
            pairs = [f"{image}={IMAGES[setting]}" for setting, image in missing.items()]
            subprocess.run((ROOT / "tests/cluster/standins/build", *pairs), check=True)
        return missing

    def stop(self) -> None:
        if self._daemon is not None:
            self._daemon.stop()

    def _has_settled(self) -> bool:
        assert self._daemon is not None
        return does_answer() or not self._daemon.is_running


def default_image(setting: str) -> str:
    """The image that docker-compose.yml names where `setting` is not given."""
    compose = (ROOT / "docker-compose.yml").read_text()
    found = re.search(rf"\$\{{{setting}:-([^}}]+)\}}", compose)
    assert found, setting
    return found[1]


def does_answer() -> bool:
    if shutil.which("docker") is None:
        return False
    return subprocess.run(("docker", "info"), capture_output=True).returncode == 0


def _find_compose() -> tuple[str, ...]:
    """Compose v2 where there is one, else docker-compose 1.29."""
    if subprocess.run(("docker", "compose", "version"), capture_output=True).returncode == 0:
        return ("docker", "compose")
    if shutil.which("docker-compose") is None:
        _install("docker-compose")
    return ("docker-compose",)


def _is_there(image: str) -> bool:
    if subprocess.run(("docker", "image", "inspect", image), capture_output=True).returncode == 0:
        return True
    try:
        pull = subprocess.run(
            ("docker", "pull", "--quiet", image), capture_output=True, timeout=PULL_TIMEOUT
        )
    except subprocess.TimeoutExpired:
        return False
    return pull.returncode == 0


def _install(*packages: str) -> None:
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run((ROOT / "deploy/tools/system-packages", *packages), check=True, env=environ)
