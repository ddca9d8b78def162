"""The four services of a local installation as command lines and environments."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.config import Config
from deploy.local.private_files import keep_secret

ROOT = Path(__file__).resolve().parents[2]
PYTHON_CLIENT = ROOT / "clients" / "python"
LOOPBACK = "127.0.0.1"
DATA_SERVICES = ("users_service", "messages_service")


@dataclass(frozen=True)
class Program:
    """One process to be kept running; all the others end with it, unless it is not vital."""

    name: str
    argv: tuple[str, ...]
    environ: Mapping[str, str]
    ready_url: str | None = None
    is_vital: bool = True


def plan_services(config: Config, redis_url: str) -> tuple[Program, ...]:
    """The services in the order of their ports, ready to be started after the migrations."""
    common = _common_environment(config, redis_url)
    users = {**common, "DATABASE_URL": database_url("users", config.data_dir)}
    messages = {**common, "DATABASE_URL": database_url("messages", config.data_dir)}
    # Only what browsers speak to follows HOST=; nobody else needs the data services.
    return (
        _service("gateway_frontend", config.host, config.browser_host, config.port, common),
        _service("users_service", LOOPBACK, LOOPBACK, config.users_port, users),
        _service("messages_service", LOOPBACK, LOOPBACK, config.messages_port, messages),
        _service(
            "realtime_service", config.host, config.browser_host, config.realtime_port, common
        ),
    )


def _common_environment(config: Config, redis_url: str) -> dict[str, str]:
    """Defaults of all services; the caller's environment wins over them."""
    secret_dir = config.data_dir / "secrets"
    return {
        "PUBLIC_URL": config.public_url,
        "LOG_FORMAT": "text",
        **os.environ,
        "REDIS_URL": redis_url,
        "USERS_URL": f"http://{LOOPBACK}:{config.users_port}",
        "MESSAGES_URL": f"http://{LOOPBACK}:{config.messages_port}",
        "REALTIME_URL": f"http://{config.browser_host}:{config.realtime_port}",
        "SERVICE_SECRET_FILE": str(keep_secret(secret_dir, "service_secret")),
        "SECRET_KEY_FILE": str(keep_secret(secret_dir, "secret_key")),
        "TUTORIAL": "1" if config.mode == "tutorial" else "0",
        "PYTHONUNBUFFERED": "1",
    }


def database_url(name: str, data_dir: Path) -> str:
    chosen = os.environ.get(f"{name.upper()}_DATABASE_URL")
    return chosen or f"sqlite:///{data_dir / name}.sqlite3"


def _service(
    name: str, host: str, reached_at: str, port: int, environ: Mapping[str, str]
) -> Program:
    owner = name if (ROOT / name / "gunicorn_conf.py").exists() else "servicekit.serve"
    serve = ("--config", f"python:{owner}.gunicorn_conf", f"{name}.wsgi:app")
    return Program(
        name=name,
        argv=(sys.executable, "-m", "gunicorn", *serve),
        environ={**environ, "HOST": host, "PORT": str(port)},
        ready_url=f"http://{reached_at}:{port}/readyz",
    )
