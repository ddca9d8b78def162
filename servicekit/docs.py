"""`/openapi.json`, and `/docs`: a page to read and try it (Swagger UI, from our own files)."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template

from servicekit.openapi import PROBLEMS

ASSETS = Path(__file__).parent / "static"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def install_docs(app: Flask, specs: list[tuple[str, str]] | None = None) -> None:
    """Show this app's own description, or the `specs` given as (name, URL)."""
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
        shown = specs or [(app.name, "/openapi.json")]
        response = Response(render_template("docs.html", specs=shown), mimetype="text/html")
        response.headers["Content-Security-Policy"] = CSP
        return response

    app.register_blueprint(pages)


def _description() -> dict[str, Any]:
    """The app's OpenAPI document, every operation with the problems that any of them can answer."""
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
            operation["responses"] = references | own
    return document
