"""`/openapi.json`, and `/docs`: a page to read and try it (Swagger UI, from our own files)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template, request

from servicekit.web.openapi import LINK, LOCATION, PROBLEMS

ASSETS = Path(__file__).parent / "static"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


EVENTS_TITLE = "Socket.IO events"
ReadEvents = Callable[[], dict[str, Any]]


def install_docs(
    app: Flask,
    specs: list[tuple[str, str]] | None = None,
    read_events: ReadEvents | None = None,
) -> None:
    """Show this app's own description, or the `specs` given as (name, URL).

    `read_events` returns an AsyncAPI document, which gets a page of its own.
    """
    shown = specs or [(app.name, "/openapi.json")]
    pages = Blueprint(
        "docs",
        __name__,
        static_folder=str(ASSETS),
        static_url_path="/docs/assets",
        template_folder="templates",
    )

    @pages.get("/openapi.json")
    def openapi_json() -> Response:
        return jsonify(_description())

    @pages.get("/docs")
    def docs() -> Response:
        urls = dict(shown)
        wanted = request.args.get("service", "")
        name = wanted if wanted in urls else shown[0][0]
        return page("docs.html", name, url=urls[name])

    def page(template: str, name: str, **values: Any) -> Response:
        has_events = read_events is not None
        html = render_template(template, specs=shown, shown=name, has_events=has_events, **values)
        response = Response(html, mimetype="text/html")
        response.headers["Content-Security-Policy"] = CSP
        return response

    if read_events is not None:

        @pages.get("/docs/events")
        def events() -> Response:
            document = read_events()
            return page(
                "docs_events.html", EVENTS_TITLE, document=document, messages=_messages_of(document)
            )

        @pages.get("/docs/events.json")
        def events_json() -> Response:
            return jsonify(read_events())

    app.register_blueprint(pages)


def _messages_of(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The messages of an AsyncAPI document by the action of their operations."""
    messages = document["channels"]["socket"]["messages"]
    found: dict[str, list[dict[str, Any]]] = {"send": [], "receive": []}
    for operation in document["operations"].values():
        for reference in operation["messages"]:
            found[operation["action"]].append(messages[reference["$ref"].rpartition("/")[2]])
    return found


def _description() -> dict[str, Any]:
    """The app's OpenAPI document, with the shared problems and headers added to every operation."""
    document = dict(current_app.api_doc)  # type: ignore[attr-defined]
    components = document.setdefault("components", {})
    components["responses"] = PROBLEMS
    components.get("schemas", {}).pop("ValidationErrorModel", None)
    references = {status: {"$ref": f"#/components/responses/{status}"} for status in PROBLEMS}
    for path in document.get("paths", {}).values():
        for operation in path.values():
            own = operation.get("responses", {})
            own.pop("422", None)
            if all(status >= "400" for status in own):
                own["200"] = {"description": "OK"}
            if "201" in own:
                own["201"].setdefault("headers", {})["Location"] = LOCATION
            if _is_paged(operation):
                own["200"].setdefault("headers", {})["Link"] = LINK
            operation["responses"] = references | own
    return document


def _is_paged(operation: dict[str, Any]) -> bool:
    """Whether it answers with a page of a list."""
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    return names >= {"limit", "before", "after"}
