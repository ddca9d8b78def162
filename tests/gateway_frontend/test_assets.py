"""Static files, and the modules that a page loads together with its script."""

import gzip
import re
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest
import requests

from gateway_frontend.assets import FOLDER, SCRIPTS, STYLES, Assets
from tests.support.stack import Stack


def test_a_page_preloads_its_script_and_what_that_imports_and_nothing_else(tmp_path: Path) -> None:
    script = tmp_path / SCRIPTS[0]
    (script.parent / "core").mkdir(parents=True)
    for name in SCRIPTS[1:]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    write_styles(tmp_path)
    script.write_text(
        'import { one } from "./core/one.js";\nimport {\n  two,\n} from "./two.js";\n'
    )
    (script.parent / "core" / "one.js").write_text('import { two } from "../two.js";\n')
    (script.parent / "two.js").write_text("export const two = 2;\n")
    (script.parent / "other.js").touch()
    modules = Assets(tmp_path).modules[SCRIPTS[0]]
    assert sorted(modules) == ["js/core/one.js", SCRIPTS[0], "js/two.js"]


def test_static_files_are_compressed_for_clients_that_accept_it(stack: Stack) -> None:
    url = stack.url + "/static/0/js/main.js"
    plain = requests.get(url, headers={"Accept-Encoding": "identity"}, stream=True, timeout=10)
    small = requests.get(url, headers={"Accept-Encoding": "gzip"}, stream=True, timeout=10)
    expected = (FOLDER / "js/main.js").read_bytes()
    sent = small.raw.read(decode_content=False)
    assert plain.raw.read(decode_content=False) == gzip.decompress(sent) == expected
    assert len(sent) < len(expected) / 2
    assert plain.headers["ETag"] != small.headers["ETag"]
    assert small.headers["Vary"] == "Accept-Encoding"
    known = {"Accept-Encoding": "gzip", "If-None-Match": small.headers["ETag"]}
    assert requests.get(url, headers=known, timeout=10).status_code == 304


@pytest.mark.parametrize("name", ["js/none.js", "../app.py", "%2e%2e/app.py", "js"])
def test_paths_outside_the_static_files_are_a_404(stack: Stack, name: str) -> None:
    assert requests.get(f"{stack.url}/static/0/{name}", timeout=10).status_code == 404


def test_every_style_sheet_is_part_of_one_or_linked_by_a_page() -> None:
    templates = FOLDER.parent / "templates"
    texts = [path.read_text() for path in templates.rglob("*.html")]
    linked = {name for text in texts for name in re.findall(r"css/[\w-]+\.css", text)}
    joined = {f"css/{part}.css" for parts in STYLES.values() for part in parts}
    written = {f"css/{path.name}" for path in (FOLDER / "css").iterdir()}
    assert written - joined <= linked
    assert linked <= written | STYLES.keys()


def test_joined_style_sheets_have_every_part_in_order() -> None:
    joined = Assets().files["css/app.css"].content.decode()
    parts = [(FOLDER / f"css/{part}.css").read_text() for part in STYLES["css/app.css"]]
    assert joined == "\n".join(parts)


def write_styles(folder: Path) -> None:
    """Empty style sheets, of which the joined ones are made."""
    (folder / "css").mkdir()
    for parts in STYLES.values():
        for part in parts:
            (folder / f"css/{part}.css").touch()


def test_every_module_is_loaded_by_a_page() -> None:
    loaded = {module for modules in Assets().modules.values() for module in modules}
    loaded |= _loaded_later()
    written = {path.relative_to(FOLDER).as_posix() for path in (FOLDER / "js").rglob("*.js")}
    assert written <= loaded


def _loaded_later() -> set[str]:
    """The modules that are loaded with `import()`, and those that these import."""
    assets = Assets()
    pending = {module for modules in assets.modules.values() for module in modules}
    seen: set[str] = set()
    while pending:
        name = pending.pop()
        seen.add(name)
        text = (FOLDER / name).read_text()
        paths = re.findall(r'(?:from|import\()\s*"(\.[^"]+\.js)"', text)
        pending |= {normpath(join(dirname(name), path)) for path in paths} - seen
    return seen
