"""Static files, under addresses that change with their content, so that browsers keep them."""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from posixpath import dirname, join, normpath

from flask import Blueprint, Response, abort, request

from servicekit.language import BUILT_IN, Language, Languages

FOLDER = Path(__file__).parent / "static"
SCRIPTS = (
    "js/main.js",
    "js/pages.js",
    "js/account/passkeys.js",
    "js/admin/importing.js",
    "js/tutorial/messages-page.js",
    "js/worker/worker.js",
    "js/start.js",
)
"""The scripts of the pages, and the service worker; they import the other modules."""
STYLES = {
    "css/app.css": (
        "base",
        "shell",
        "messages",
        "message-tools",
        "keeping",
        "composer",
        "text-tools",
        "completion",
        "commands",
        "sheets",
        "sidebar",
        "conversation-menu",
        "shortcuts",
        "files",
        "polls",
        "previews",
        "mentions",
        "drafts",
        "people",
        "reactions",
        "emoji",
        "threads",
        "search",
        "print",
    )
}
"""Style sheets that are put together from others, in this order, so that a page asks for one."""
IMPORT = re.compile(r'^(?:import .*|\}) from "(\.[^"]+)";$', re.MULTILINE)
DAY = 86400
YEAR = 365 * DAY


@dataclass(frozen=True)
class Asset:
    """A static file in memory, as it is and compressed when first asked for."""

    name: str
    content: bytes

    @cached_property
    def content_type(self) -> str:
        guessed, _ = mimetypes.guess_type(self.name)
        return guessed or "application/octet-stream"

    @cached_property
    def gzipped(self) -> bytes:
        return gzip.compress(self.content, mtime=0)


class Assets:
    """Addresses of static files; all share one version, as modules import by relative paths."""

    def __init__(self, folder: Path = FOLDER, languages: Languages = BUILT_IN) -> None:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        names = [path.relative_to(folder).as_posix() for path in paths]
        self.files = {
            name: Asset(name, path.read_bytes()) for name, path in zip(names, paths, strict=True)
        }
        self.files |= {name: self._joined(name, parts) for name, parts in STYLES.items()}
        digest = hashlib.sha256()
        for name, file in self.files.items():
            digest.update(name.encode() + b"\0" + file.content)
        self._catalogs = {
            catalog_name(language): language
            for language in languages.all.values()
            if language.path is not None
        }
        for language in self._catalogs.values():
            digest.update(language.tag.encode() + b"\0" + language.read_file())
        self.version = digest.hexdigest()[:12]
        self.modules = {name: _imported_by(folder, name) for name in SCRIPTS}
        """For each script of a page, the modules that a browser loads with it."""

    def _joined(self, name: str, parts: tuple[str, ...]) -> Asset:
        files = (self.files[f"css/{part}.css"] for part in parts)
        return Asset(name, b"\n".join(file.content for file in files))

    def find(self, name: str) -> Asset | None:
        """The file of that name; the script of a language is made when it is first wanted."""
        language = self._catalogs.get(name)
        if language is not None and name not in self.files:
            # Babel is imported only where another language than English is wanted.
            from gateway_frontend.catalogs import script_of

            self.files[name] = Asset(name, script_of(language.read_catalog()))
        return self.files.get(name)

    def url(self, name: str) -> str:
        return f"/static/{self.version}/{name}"

    def catalog_url(self, language: Language) -> str | None:
        """The texts of the scripts in that language; None for English, which is in the scripts."""
        return None if language.path is None else self.url(catalog_name(language))


def make_asset_pages(assets: Assets) -> Blueprint:
    pages = Blueprint("assets", __name__)

    @pages.get("/static/<version>/<path:name>")
    def asset(version: str, name: str) -> Response:
        response = _answer(assets, name)
        response.cache_control.public = True
        if version == assets.version:
            response.cache_control.max_age = YEAR
            response.cache_control.immutable = True
        else:  # a page of another version: send the current file, uncached
            response.cache_control.no_cache = True
        return response

    @pages.get("/favicon.ico")
    def favicon() -> Response:
        response = _answer(assets, "img/mark.svg")
        response.cache_control.max_age = DAY
        return response

    return pages


def _answer(assets: Assets, name: str) -> Response:
    file = assets.find(name)
    if file is None:
        abort(404)
    is_small = request.accept_encodings["gzip"] > 0
    response = Response(file.gzipped if is_small else file.content, mimetype=file.content_type)
    if is_small:
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    response.set_etag(f"{assets.version}-{'gzip' if is_small else 'plain'}")
    response.make_conditional(request)
    return response


def catalog_name(language: Language) -> str:
    return f"js/catalogs/{language.tag}.js"


def _imported_by(folder: Path, script: str) -> list[str]:
    found = [script]
    for name in found:  # it grows while it is read
        imported = IMPORT.findall((folder / name).read_text())
        modules = (normpath(join(dirname(name), path)) for path in imported)
        found += [module for module in modules if module not in found]
    return found
