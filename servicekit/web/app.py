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

from servicekit.language import install_languages
from servicekit.settings import Settings
from servicekit.web import errors as problems
from servicekit.web.app_state import AppState, state_of
from servicekit.web.compression import install_compression
from servicekit.web.default_headers import add_missing
from servicekit.web.docs import ReadEvents, install_docs
from servicekit.web.errors import Invalid, install_error_handlers, problem_response
from servicekit.web.health import install_health, parley_version
from servicekit.web.json import OrjsonProvider
from servicekit.web.logs import configure_logs, install_request_log
from servicekit.web.methods import WRITING_METHODS
from servicekit.web.metrics import install_metrics
from servicekit.web.openapi import SECURITY_SCHEMES
from servicekit.web.operations import DescribedApp
from servicekit.web.request_ids import install_request_ids
from servicekit.web.schemas import MAX_ID
from servicekit.web.tutorial_guard import install_tutorial_guard

DEFAULT_BODY_BYTES = 1_000_000
DEFAULT_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
DATA_HEADERS = DEFAULT_HEADERS | {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox"
}


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
    """Create a Flask app with all that services share; the caller adds its routes.

    `specs` are the OpenAPI descriptions that `/docs` shows, as (name, URL); else the app's own.
    `read_events` returns the AsyncAPI description that it shows as well.
    """
    configure_logs(name, settings.log_level, settings.log_format)
    app = DescribedApp(
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
    install_languages(app, settings.languages_dir)
    app.json = OrjsonProvider(app)
    app.url_map.strict_slashes = False
    app.ensure_sync = _keep_sync  # type: ignore[method-assign,assignment]
    limit_path_ids(app, MAX_ID)
    _limit_bodies(app)
    if settings.proxy_hops:
        _trust_proxies(app, settings.proxy_hops)
    install_compression(app)
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
    """Answer 404 for ids in paths that are larger than `highest`."""

    class IdConverter(IntegerConverter):
        def __init__(self, map: Any, **options: Any) -> None:
            super().__init__(map, **({"max": highest} | options))

    app.url_map.converters["int"] = IdConverter


def _limit_bodies(app: Flask) -> None:
    app.config.update(
        MAX_CONTENT_LENGTH=DEFAULT_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=DEFAULT_BODY_BYTES,
        MAX_FORM_PARTS=100,
    )


def _trust_proxies(app: Flask, hops: int) -> None:
    fixed = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
    app.wsgi_app = fixed  # type: ignore[method-assign]


def _keep_sync(function: Callable[..., Any]) -> Callable[..., Any]:
    # Flask checks ten times per request whether a function is a coroutine; ours never are.
    return function


def serve_files(app: Flask, *paths: str) -> None:
    """Declare path prefixes whose requests carry files and may take long; see `serve.worker`."""
    state_of(app).file_paths += paths


def in_background(
    app: Flask, start: Callable[[], None], stop: Callable[[], None] | None = None
) -> None:
    """Register work that runs beside requests while serving, but not in commands."""
    state_of(app).background.append((start, stop))


def start_background(app: Flask) -> None:
    """Start the work registered by `in_background`."""
    for start, _ in state_of(app).background:
        start()


def stop_background(app: Flask) -> None:
    """Stop that work, last started first."""
    for _, stop in reversed(state_of(app).background):
        if stop is not None:
            stop()


def _refuse_unreadable_body() -> None:
    """400 for broken JSON and 415 for another content type, before a schema looks at it."""
    if request.method not in WRITING_METHODS or request.endpoint is None:
        return
    if _expects_json(current_app.view_functions[request.endpoint]):
        try:
            request.get_json()
        except BadRequest:
            raise problems.BadRequest("The body is not valid JSON.", "broken-json") from None


@functools.cache
def _expects_json(view: Callable[..., Any]) -> bool:
    return "body" in inspect.signature(view).parameters


def _invalid(error: ValidationError) -> Response:
    return problem_response(Invalid.from_pydantic(error))


def _add_default_headers(response: Response) -> Response:
    is_page = response.mimetype == "text/html"
    add_missing(response.headers, DEFAULT_HEADERS if is_page else DATA_HEADERS)
    return response
