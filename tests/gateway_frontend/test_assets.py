"""Modules that a page loads together with its script."""

import re
from pathlib import Path
from posixpath import dirname, join, normpath

from gateway_frontend.assets import FOLDER, SCRIPTS, Assets


def test_a_page_preloads_its_script_and_what_that_imports_and_nothing_else(tmp_path: Path) -> None:
    script = tmp_path / SCRIPTS[0]
    (script.parent / "core").mkdir(parents=True)
    for name in SCRIPTS[1:]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    script.write_text(
        'import { one } from "./core/one.js";\nimport {\n  two,\n} from "./two.js";\n'
    )
    (script.parent / "core" / "one.js").write_text('import { two } from "../two.js";\n')
    (script.parent / "two.js").write_text("export const two = 2;\n")
    (script.parent / "other.js").touch()
    modules = Assets(tmp_path).modules[SCRIPTS[0]]
    assert sorted(modules) == ["js/core/one.js", SCRIPTS[0], "js/two.js"]


def test_every_module_is_loaded_by_a_page() -> None:
    loaded = {module for modules in Assets().modules.values() for module in modules}
    loaded |= _loaded_later()
    written = {path.relative_to(FOLDER).as_posix() for path in (FOLDER / "js").rglob("*.js")}
    assert written <= loaded


def _loaded_later() -> set[str]:
    """What the modules load with `import()`, and what that imports."""
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
