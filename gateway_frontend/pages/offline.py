"""Files for installing Parley: the manifest, the service worker, and the page without a network."""

import orjson
from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from gateway_frontend.assets import Assets
from gateway_frontend.parts import current_parts
from servicekit.language import _, current_language

WORKER = "js/worker/worker.js"
WORKER_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'"
OFFLINE = "/offline"
SHELL_FILES = ("css/base.css", "css/app.css", "css/pages.css", "img/mark.svg")
SHELL_SCRIPTS = ("js/start.js", "js/main.js", "js/pages.js")
DARK, LIGHT = "#0f6b5c", "#ffffff"
ICONS = (
    ("img/mark.svg", "any", "image/svg+xml", "any"),
    ("img/icon-192.png", "192x192", "image/png", "any"),
    ("img/icon-512.png", "512x512", "image/png", "any"),
    ("img/icon-maskable-512.png", "512x512", "image/png", "maskable"),
)

pages = Blueprint("offline", __name__)


@pages.get("/service-worker.js")
def service_worker() -> Response:
    """Its text changes with every version of the static files, so that browsers notice it."""
    assets = current_parts().assets
    current = {"version": assets.version, "shell": _shell(assets), "offline": OFFLINE}
    script = f'import {{ start }} from "{assets.url(WORKER)}";\nstart({_json(current)});\n'
    response = Response(script, mimetype="text/javascript")
    response.cache_control.no_cache = True
    response.headers["Content-Security-Policy"] = WORKER_POLICY
    return response


@pages.get("/manifest.webmanifest")
def manifest() -> Response:
    """Name, icons and colours of an installed Parley."""
    parts = current_parts()
    place = parts.place.read()
    name, icon_url = place["place_name"], place["icon_url"]
    # Chromium installs nothing without an icon of 144 pixels or more; the place's has 256.
    own = [{"src": icon_url, "sizes": "256x256", "type": "image/webp", "purpose": "any"}]
    shown = {
        "id": "/app",
        "lang": current_language().tag,
        "name": name,
        "short_name": name,
        "description": _("A chat of your own, for people who know each other."),
        "start_url": "/app",
        "scope": "/",
        "display": "standalone",
        "theme_color": DARK,
        "background_color": LIGHT,
        "categories": ["social", "productivity"],
        "icons": own
        if icon_url
        else [
            {"src": parts.assets.url(file), "sizes": sizes, "type": type_, "purpose": purpose}
            for file, sizes, type_, purpose in ICONS
        ],
        "shortcuts": [
            {"name": _("New message"), "url": "/app/find"},
            {"name": _("Threads"), "url": "/app/threads"},
            {"name": _("Mentions"), "url": "/app/mentions"},
        ],
    }
    response = Response(_json(shown), mimetype="application/manifest+json")
    response.cache_control.no_cache = True
    return response


@pages.get(OFFLINE)
def offline() -> ResponseReturnValue:
    """Shown by the service worker in the place of pages that were not opened before."""
    return render_template("offline.html")


def _shell(assets: Assets) -> list[str]:
    """Files that every page needs; the worker keeps other files when they are first used."""
    modules = dict.fromkeys(module for script in SHELL_SCRIPTS for module in assets.modules[script])
    return [OFFLINE, *map(assets.url, (*SHELL_FILES, *modules))]


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
