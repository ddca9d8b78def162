"""Prometheus metrics of one process, at `/metrics`."""

import functools
import time

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

from servicekit.web.errors import NotFound
from servicekit.web.service_calls import is_internal_call

REQUESTS = Counter(
    "parley_http_requests_total", "HTTP requests answered", ["method", "route", "status"]
)
SECONDS = Histogram(
    "parley_http_request_seconds",
    "Time to answer an HTTP request",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)


def install_metrics(app: Flask) -> None:
    """Count and time answers by route (by path, every id would make a series)."""

    counter_of = functools.cache(REQUESTS.labels)

    @app.after_request
    def count(response: Response) -> Response:
        rule = request.url_rule
        method = request.method if rule else "unknown"  # clients can invent methods
        counter_of(method, rule.rule if rule else "unknown", response.status_code).inc()
        started = g.get("started")
        if started is not None:
            SECONDS.observe(time.perf_counter() - started)
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        if not is_internal_call():
            raise NotFound()
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
