"""Static files, under addresses that change with their content, so that browsers keep them."""

import hashlib
import re
from pathlib import Path
from posixpath import dirname, join, normpath

from flask import Blueprint, Response, send_from_directory

FOLDER = Path(__file__).parent / "static"
SCRIPTS = ("js/main.js", "js/pages.js", "js/tutorial/messages-page.js")
"""The scripts of the pages; they import the other modules."""
IMPORT = re.compile(r'^(?:import .*|\}) from "(\.[^"]+)";$', re.MULTILINE)
YEAR = 365 * 86400


class Assets:
    """Addresses of static files; all share one version, as modules import by relative paths."""

    def __init__(self, folder: Path = FOLDER) -> None:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        digest = hashlib.sha256()
        for path in files:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
        self.version = digest.hexdigest()[:12]
        self.modules = {name: _imported_by(folder, name) for name in SCRIPTS}
        """For each script of a page, the modules that a browser loads with it."""

    def url(self, name: str) -> str:
        return f"/static/{self.version}/{name}"


def make_asset_pages(assets: Assets) -> Blueprint:
    pages = Blueprint("assets", __name__)

    @pages.get("/static/<version>/<path:name>")
    def asset(version: str, name: str) -> Response:
        response = send_from_directory(FOLDER, name, max_age=YEAR)
        response.cache_control.public = True
        if version == assets.version:
            response.cache_control.immutable = True
        else:  # a page of another version: send the current file, uncached
            response.cache_control.max_age = None
            response.cache_control.no_cache = True
        return response

    @pages.get("/favicon.ico")
    def favicon() -> Response:
        return send_from_directory(FOLDER, "img/mark.svg", max_age=86400)

    return pages


def _imported_by(folder: Path, script: str) -> list[str]:
    found = [script]
    for name in found:  # it grows while it is read
        imported = IMPORT.findall((folder / name).read_text())
        modules = (normpath(join(dirname(name), path)) for path in imported)
        found += [module for module in modules if module not in found]
    return found
