"""The app factory's first half, the same in every service: errors, ids, logs, health, docs."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, request
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from pydantic import ValidationError
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from servicekit.settings import Settings
from servicekit.web import errors as problems
from servicekit.web.app_state import AppState, state_of
from servicekit.web.docs import ReadEvents, install_docs
from servicekit.web.errors import Invalid, install_error_handlers, problem_response
from servicekit.web.health import install_health, parley_version
from servicekit.web.json import OrjsonProvider
from servicekit.web.logs import configure_logs, install_request_log
from servicekit.web.metrics import install_metrics
from servicekit.web.openapi import SECURITY_SCHEMES
from servicekit.web.request_ids import install_request_ids
from servicekit.web.schemas import MAX_ID
from servicekit.web.tutorial_guard import install_tutorial_guard

DEFAULT_BODY_BYTES = 1_000_000
DEFAULT_HEADERS = (("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"))
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
BODY_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def create_service(
    name: str,
    settings: Settings,
    *,
    title: str,
    description: str = "",
    static_folder: str | None = None,
    specs: list[tuple[str, str]] | None = None,
    read_events: ReadEvents | None = None,
    **flask_options: Any,
) -> OpenAPI:
    """A Flask app that answers as every service of Parley does; the caller adds what is its own.

    `specs` are the OpenAPI descriptions that `/docs` shows, as (name, URL); else the app's own.
    `read_events` returns the AsyncAPI description that it shows as well.
    """
    configure_logs(name, settings.log_level, settings.log_format)
    app = OpenAPI(
        name,
        info=Info(title=title, version=parley_version(), description=description),
        security_schemes=SECURITY_SCHEMES,
        validation_error_status=422,
        validation_error_callback=_invalid,
        doc_ui=False,
        static_folder=static_folder,
        **flask_options,
    )
    app.extensions["parley"] = AppState(name, settings)
    app.json = OrjsonProvider(app)
    app.url_map.strict_slashes = False
    app.ensure_sync = _as_it_is  # type: ignore[method-assign,assignment]
    limit_path_ids(app, MAX_ID)
    app.config.update(
        MAX_CONTENT_LENGTH=DEFAULT_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=DEFAULT_BODY_BYTES,
        MAX_FORM_PARTS=100,
    )
    if settings.proxy_hops:
        hops = settings.proxy_hops
        fixed = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = fixed  # type: ignore[method-assign]
    install_request_ids(app)
    install_metrics(app)
    install_request_log(app)
    install_error_handlers(app)
    if settings.tutorial:
        install_tutorial_guard(app)
    install_health(app, name)
    install_docs(app, specs, read_events)
    app.before_request(_refuse_unreadable_body)
    app.after_request(_add_default_headers)
    return app


def limit_path_ids(app: Flask, highest: int) -> None:
    """Larger ids in paths, beyond the database's integers, are answered with 404."""

    class IdConverter(IntegerConverter):
        def __init__(self, map: Any, **options: Any) -> None:
            super().__init__(map, **({"max": highest} | options))

    app.url_map.converters["int"] = IdConverter


def _as_it_is(function: Callable[..., Any]) -> Callable[..., Any]:
    # Flask asks ten times per request whether a function is a coroutine; none of ours is.
    return function


def serve_files(app: Flask, *paths: str) -> None:
    """Requests whose path begins like this carry files, which may take long; see `worker`."""
    state_of(app).file_paths += paths


def in_background(
    app: Flask, start: Callable[[], None], stop: Callable[[], None] | None = None
) -> None:
    """Work that runs beside requests in a serving process, and not under the command line."""
    state_of(app).background.append((start, stop))


def start_background(app: Flask) -> None:
    """Start what `in_background` was told of."""
    for start, _ in state_of(app).background:
        start()


def stop_background(app: Flask) -> None:
    """Stop it, last started first."""
    for _, stop in reversed(state_of(app).background):
        if stop is not None:
            stop()


def _refuse_unreadable_body() -> None:
    """400 for broken JSON and 415 for another content type, before a schema looks at it."""
    if request.method not in BODY_METHODS or request.endpoint is None:
        return
    if _takes_json(current_app.view_functions[request.endpoint]):
        try:
            request.get_json()
        except BadRequest:
            raise problems.BadRequest("The body is not valid JSON.", "broken-json") from None


@functools.cache
def _takes_json(view: Callable[..., Any]) -> bool:
    return "body" in inspect.signature(view).parameters


def _invalid(error: ValidationError) -> Response:
    return problem_response(Invalid.from_pydantic(error))


def _add_default_headers(response: Response) -> Response:
    headers = response.headers
    present = {name.lower() for name, _ in headers}
    for name, value in DEFAULT_HEADERS:
        if name.lower() not in present:
            headers.add(name, value)
    if "content-security-policy" not in present and response.mimetype != "text/html":
        headers.add("Content-Security-Policy", DATA_POLICY)
    return response
