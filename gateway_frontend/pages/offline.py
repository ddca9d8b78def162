"""What a browser keeps to open Parley without a network: the service worker."""

from flask import Blueprint, Response

from gateway_frontend.parts import current_parts

WORKER = "js/worker/worker.js"
WORKER_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'"

pages = Blueprint("offline", __name__)


@pages.get("/service-worker.js")
def service_worker() -> Response:
    """Its text changes with every version of the static files, so that browsers notice it."""
    source = current_parts().assets.url(WORKER)
    response = Response(f'import "{source}";\n', mimetype="text/javascript")
    response.cache_control.no_cache = True
    response.headers["Content-Security-Policy"] = WORKER_POLICY
    return response
