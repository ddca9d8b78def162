"""Logs: one line per event, as JSON for machines or as text for people, on standard error."""

import logging
import sys
import time
from collections.abc import Callable, MutableMapping
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g, request

from servicekit.times import isoformat, utcnow
from servicekit.web.app_state import state_of

SECRET_FOLDERS = ("/reset/", "/api/password-resets/", "/unsubscribe/", "/hooks/")
"""The rest of these paths is a secret and is not logged."""
QUIET_PATHS = frozenset({"/healthz", "/readyz", "/metrics", "/internal/feed"})


def configure_logs(service: str, level: str, log_format: str) -> None:
    """Send structlog and the standard library's loggers to one handler. Call it once, at start."""
    as_json = _is_json(log_format)
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
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *(() if as_json else (_escape_values,)),
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("urllib3").setLevel("ERROR")
    logging.getLogger("alembic.runtime.plugins").setLevel("WARNING")


def install_request_log(app: Flask) -> None:
    """Log one line for every answered request, without bodies, cookies or tokens."""

    @app.before_request
    def start_clock() -> None:
        g.started = time.perf_counter()

    state = state_of(app)
    as_json = _is_json(state.settings.log_format)

    @app.after_request
    def write_line(response: Response) -> Response:
        # Not through structlog: its pipeline would take a third of the request's time.
        if request.path not in QUIET_PATHS and logging.root.isEnabledFor(logging.INFO):
            line = {
                "event": "request",
                "method": request.method,
                "path": without_secret(request.path),
                "status": response.status_code,
                "ms": round(
                    (time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1
                ),
                "request_id": g.get("request_id"),
                "user_id": g.get("user_id"),
                "level": "info",
                "logger": "parley.request",
                "timestamp": isoformat(utcnow()),
                "service": state.service,
            }
            sys.stderr.write(_as_json(line) if as_json else _as_text(line))
        return response

    @app.teardown_request
    def forget_context(error: BaseException | None) -> None:
        structlog.contextvars.clear_contextvars()


def without_secret(path: str) -> str:
    """The path as it may be logged."""
    for folder in SECRET_FOLDERS:
        if path.startswith(folder):
            return f"{folder}…"
    return path


def escape(text: str) -> str:
    """`text` with control, bidirectional and other invisible characters as `\\u202e`.

    In a terminal they could forge lines or hide what was written.
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def _escape_values(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Escape logged values; tracebacks keep their lines."""
    for key, value in event.items():
        if isinstance(value, str):
            parts = value.split("\n") if key in ("exception", "stack") else [value]
            event[key] = "\n".join(map(escape, parts))
    return event


def _is_json(log_format: str) -> bool:
    return log_format == "json" or (log_format == "auto" and not sys.stderr.isatty())


def _as_json(line: dict[str, Any]) -> str:
    return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE).decode()


def _as_text(line: dict[str, Any]) -> str:
    path = escape(line["path"])
    return (
        f"{line['timestamp']} [info] {line['method']} {path} "
        f"{line['status']} {line['ms']} ms "
        f"request_id={line['request_id']} user_id={line['user_id']}\n"
    )


def _name_service(service: str) -> Callable[..., Any]:
    def add(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
        event["service"] = service
        return event

    return add


def _dumps(value: Any, **_: Any) -> str:
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
