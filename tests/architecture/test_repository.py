"""Rules about the layout of the repository."""

import ast
import hashlib
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from deploy import settings_docs
from deploy.local.programs import ROOT
from tests.support.variants import ON_EVERY_VARIANT

SERVICES = ("gateway_frontend", "users_service", "messages_service", "realtime_service")
TOP_LEVEL = {
    ".ci",
    ".dockerignore",
    ".gitignore",
    ".npmrc",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "benchmarks",
    "biome.jsonc",
    "bots",
    "clients",
    "deploy",
    "docker-compose.yml",
    "docs",
    "package-lock.json",
    "package.json",
    "pyproject.toml",
    "requirements",
    "servicekit",
    "tests",
    "tsconfig.json",
    *SERVICES,
}
LOCKS = ("run.lock", "services.lock", "eliza.lock", "dev.lock")
PINNED_IMAGE = r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}"


def tracked_files() -> list[Path]:
    listing = subprocess.run(
        ("git", "ls-files", "-z"), cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [Path(name) for name in listing.split("\0") if name]


def imported_packages(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_the_top_folder_holds_only_expected_files() -> None:
    assert {path.parts[0] for path in tracked_files()} <= TOP_LEVEL


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_readme_fits_on_one_screen(service: str) -> None:
    assert len((ROOT / service / "README.md").read_text().splitlines()) <= 25


@pytest.mark.parametrize("service", SERVICES)
def test_services_have_the_same_files(service: str) -> None:
    for name in ("__init__.py", "wsgi.py", "app.py", "settings.py", "README.md"):
        assert (ROOT / service / name).is_file(), f"{service}/{name}"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_imports_no_other(service: str) -> None:
    others = set(SERVICES) - {service}
    for path in (ROOT / service).rglob("*.py"):
        assert not imported_packages(path) & others, path


def test_servicekit_knows_no_service() -> None:
    for path in (ROOT / "servicekit").rglob("*.py"):
        assert not imported_packages(path) & set(SERVICES), path


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_pins_every_package_with_its_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / "requirements" / lock).read_text().strip())
    for entry in entries:
        assert re.match(r"[\w.\-\[\]]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_registry(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text()
    assert not re.search(r"https?:|--(extra-)?index-url|--find-links", text)


def test_runtime_packages_have_the_versions_that_are_tested() -> None:
    """Every package of the runtime is pinned to the same version for the tests."""
    pins = {
        lock: set(re.findall(r"^[\w.-]+(?:\[[\w,-]+\])?==\S+", _lock(lock), re.M)) for lock in LOCKS
    }
    bare = {lock: {re.sub(r"\[.*?\]", "", pin) for pin in pins[lock]} for lock in LOCKS}
    assert bare["services.lock"] | bare["eliza.lock"] <= bare["run.lock"] <= bare["dev.lock"]


def test_nltk_is_installed_for_eliza_alone() -> None:
    assert "nltk==" in _lock("eliza.lock")
    assert "nltk==" not in _lock("services.lock")


def test_every_image_of_the_cluster_is_pinned_by_tag_and_digest() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    images = re.findall(r"\$\{\w+_IMAGE:-([^}]+)\}", compose)
    assert len(images) >= 4
    assert not [image for image in images if not re.fullmatch(PINNED_IMAGE, image)]


def test_every_direct_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = _lock("services.lock").lower()
    for dependency in project["dependencies"]:
        name = re.split(r"[\[;<>=! ]", dependency.lower().replace("_", "-"))[0]
        assert re.search(rf"^{re.escape(name)}(\[|==)", locked, re.M), name


@pytest.mark.parametrize("package", ["servicekit/web", "gateway_frontend"])
def test_vendored_files_match_their_published_hashes(package: str) -> None:
    folder = ROOT / package / "static" / "vendor"
    listed = {}
    for line in (folder / "VENDORED.md").read_text().splitlines():
        digest = re.search(r"\b[0-9a-f]{64}\b", line)
        name = re.match(r"\|\s*`?([\w./-]+)", line)
        if digest and name:
            listed[name[1]] = digest[0]
    assert listed
    for file, published in listed.items():
        assert hashlib.sha256((folder / file).read_bytes()).hexdigest() == published, file
    scripts = {str(path.relative_to(folder)) for path in folder.rglob("*.*s") if path.is_file()}
    assert {name for name in scripts if not name.endswith(".d.ts")} <= set(listed)


def test_test_files_import_nothing_from_each_other() -> None:
    """Helpers of several test files have a file of their own."""
    assert not [
        f"{path.relative_to(ROOT)}: {line}"
        for path in (ROOT / "tests").rglob("*.py")
        for line in path.read_text().splitlines()
        if re.match(r"from tests\.(\w+\.)*test_\w+ import", line)
    ]


def test_the_files_that_run_on_every_variant_exist() -> None:
    assert not [name for name in ON_EVERY_VARIANT if not (ROOT / name).exists()]


def test_every_makefile_command_has_a_help_text() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.M)
    assert phony
    for target in phony[1].split():
        assert re.search(rf"^{target}:.*## \S", makefile, re.M), target


def test_documented_settings_match_the_settings_classes() -> None:
    assert settings_docs.PAGE.read_text() == settings_docs.page(), "run: make settings-docs"


def test_every_file_named_in_the_documents_exists() -> None:
    pages = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *(ROOT / "docs").glob("*.md")]
    text = "".join(page.read_text() for page in pages)
    named = set(re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.(?:py|js))`", text))
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]


def _lock(name: str) -> str:
    return (ROOT / "requirements" / name).read_text()


def test_private_parts_of_libraries_are_checked_with_the_locked_versions() -> None:
    """A comment names the versions; after an update read the places, test them and change it."""
    locked = dict(
        re.findall(r"^([\w-]+)==(\d+\.\d+)", (ROOT / "requirements/dev.lock").read_text(), re.M)
    )
    checked = [
        (str(path), name, version)
        for path in tracked_files()
        if path.suffix == ".py" and path.parts[0] in {"deploy", "servicekit", *SERVICES}
        for sentence in re.findall(r"checked with ([^.]+(?:\.\d[^.]*)+)", (ROOT / path).read_text())
        for name, version in re.findall(r"([\w-]+) (\d+\.\d+)", sentence)
    ]

    assert len(checked) >= 6
    assert [place for place in checked if locked[place[1]] != place[2]] == []
