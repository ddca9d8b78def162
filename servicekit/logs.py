"""Logs: one line an event, as JSON for machines or as text for people, on standard error."""

import logging
import sys
import time
from collections.abc import Callable
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g, request

QUIET_PATHS = frozenset({"/healthz", "/readyz", "/metrics", "/internal/feed"})
log = structlog.stdlib.get_logger("parley.request")


def configure_logs(service: str, level: str, log_format: str) -> None:
    """Send structlog and the standard library's loggers the same way. Call it once, at start."""
    as_json = log_format == "json" or (log_format == "auto" and not sys.stderr.isatty())
    shared: list[Callable[..., Any]] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    if as_json:
        shared.append(_name_service(service))
    renderer: Any = (
        structlog.processors.JSONRenderer(serializer=_dumps)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("urllib3").setLevel("ERROR")
    logging.getLogger("alembic.runtime.plugins").setLevel("WARNING")


def install_request_log(app: Flask) -> None:
    """One line for every answered request, without bodies, cookies or tokens."""

    @app.before_request
    def start_clock() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def write_line(response: Response) -> Response:
        if request.path not in QUIET_PATHS and logging.root.isEnabledFor(logging.INFO):
            started = g.get("started") or time.perf_counter()
            log.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
        return response

    @app.teardown_request
    def forget_context(error: BaseException | None) -> None:
        structlog.contextvars.clear_contextvars()


def _name_service(service: str) -> Callable[..., Any]:
    def add(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
        event["service"] = service
        return event

    return add


def _dumps(value: Any, **_: Any) -> str:
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
