"""Writes docs/settings.md from the settings classes: `make settings-docs`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from gateway_frontend.settings import GatewaySettings
from messages_service.settings import MessagesSettings
from realtime_service.settings import RealtimeSettings
from servicekit.settings import DataServiceSettings, Settings
from users_service.settings import UsersSettings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
SERVICES: dict[str, type[Settings]] = {
    "users_service": UsersSettings,
    "messages_service": MessagesSettings,
    "gateway_frontend": GatewaySettings,
    "realtime_service": RealtimeSettings,
}
HEAD = """# Settings

Environment variables, read once at start; a wrong value stops the start with a line that says why.
Any of them can come from a file: `NAME_FILE=/path` gives the value of `NAME`. Made from the
settings classes by `make settings-docs`."""


def page() -> str:
    """The whole page as Markdown."""
    common = dict(DataServiceSettings.model_fields)
    parts = [HEAD, *_section("Every service", common)]
    for service, cls in SERVICES.items():
        own = {name: field for name, field in cls.model_fields.items() if name not in common}
        parts += _section(f"`{service}`", own)
    return "\n".join(parts) + "\n"


def _section(title: str, fields: dict[str, FieldInfo]) -> Iterator[str]:
    yield f"\n## {title}\n"
    yield "| name | default | meaning |"
    yield "|---|---|---|"
    for name, field in fields.items():
        default = "required" if field.is_required() else f"`{_shown(field.default)}`"
        yield f"| `{name.upper()}` | {default} | {field.description} |"


def _shown(default: Any) -> str:
    return str(default) if default not in (None, "") else "–"


if __name__ == "__main__":
    PAGE.write_text(page())
